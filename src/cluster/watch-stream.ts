import { finished, type Readable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import type { KubeObject } from '../model/kube.ts'

/** One line of a watch's answer. */
export type WatchEvent =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK'; readonly object: KubeObject }
  /** `object` is a Status. */
  | { readonly type: 'ERROR'; readonly object: { readonly code?: number; readonly message?: string } }

/** An object is at most some megabytes (etcd's limit is 1.5); a longer line is none. */
const maxEventLength = 32 * 1024 * 1024

/**
 * Reads the events of a watch until its answer ends, the connection breaks, or nothing came for `silenceMs`: what
 * happened is the same to the reader, who opens it anew. Never rejects.
 *
 * @param onEvent says `false` to stop reading
 */
export function readWatch(
  body: Readable,
  silenceMs: number,
  onEvent: (event: WatchEvent) => boolean,
): Promise<void> {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  const silence = setTimeout(() => body.destroy(), silenceMs)
  body.on('data', (chunk: Buffer) => {
    silence.refresh()
    const lines = (rest + decoder.write(chunk)).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > maxEventLength) body.destroy()
    for (const line of lines) {
      const event = body.destroyed ? undefined : parseEvent(line)
      if (event && !onEvent(event)) body.destroy()
    }
  })
  return new Promise(resolve => {
    // Unlike the event, this is called for a body too that was closed before anyone read it.
    finished(body, () => {
      clearTimeout(silence)
      body.destroy()
      resolve()
    })
  })
}

/** A line that is no event comes from something between here and the server, and says nothing. */
function parseEvent(line: string): WatchEvent | undefined {
  try {
    const event = JSON.parse(line) as WatchEvent
    return typeof event?.type === 'string' && typeof event.object === 'object' ? event : undefined
  } catch {
    return undefined
  }
}
