import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import type { ApiObject } from './answer.ts'
import { openStream, type Query } from './call.ts'
import { Transcript } from './transcript.ts'

interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'
  readonly object: ApiObject
}

/** An open watch: its events, until it is disposed of or the server ends it. */
export class Watch extends Transcript<WatchEvent> implements Disposable {
  readonly #opening = new AbortController()

  /** @param accept what form its objects are wanted in, where that is not plain JSON */
  static async open(path: string, query: Query = {}, accept = 'application/json'): Promise<Watch> {
    const watch = new Watch()
    const { signal } = watch.#opening
    const headers = { accept }
    const answer = await openStream('GET', path, { query: { ...query, watch: true }, headers, signal })
    if (answer.statusCode !== 200) {
      throw new Error(`the watch was answered ${answer.statusCode}: ${await text(answer)}`)
    }
    const lines = createInterface({ input: answer })
    // A watch that is ended on this side breaks off in the middle, which is no error.
    lines.on('error', () => {})
    lines.on('line', line => watch.add(JSON.parse(line) as WatchEvent))
    lines.once('close', () => watch.end())
    return watch
  }

  /** Type and name of each event so far: `ADDED web`. */
  get story(): string[] {
    return this.entries.map(({ type, object }) => `${type} ${object.metadata.name}`)
  }

  [Symbol.dispose](): void {
    this.#opening.abort()
    this.end()
  }
}
