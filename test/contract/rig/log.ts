import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import type { Answer } from './answer.ts'
import { call, openStream, type Query } from './call.ts'
import type { Space } from './namespace.ts'
import { Transcript } from './transcript.ts'

/** The log that a container has so far. */
export function readLog(space: Space, pod: string, query: Query = {}): Promise<Answer> {
  return call('GET', space.pods.path(pod, 'log'), { query })
}

/** A log as it grows, line by line, until the container ends or it is disposed of. */
export class FollowedLog extends Transcript<string> implements Disposable {
  readonly #opening = new AbortController()

  static async open(space: Space, pod: string, query: Query = {}): Promise<FollowedLog> {
    const log = new FollowedLog()
    const { signal } = log.#opening
    const path = space.pods.path(pod, 'log')
    const answer = await openStream('GET', path, { query: { ...query, follow: true }, signal })
    if (answer.statusCode !== 200) {
      throw new Error(`the log was answered ${answer.statusCode}: ${await text(answer)}`)
    }
    const lines = createInterface({ input: answer })
    // A log that is left on this side breaks off in the middle, which is no error.
    lines.on('error', () => {})
    lines.on('line', line => log.add(line))
    lines.once('close', () => log.end())
    return log
  }

  [Symbol.dispose](): void {
    this.#opening.abort()
    this.end()
  }
}

/** Waits until a pod of one container runs, and has said a line. */
export async function untilLogged(space: Space, pod: string, line: string): Promise<void> {
  await space.pods.until(pod, { status: { containerStatuses: [{ state: { running: {} } }] } })
  using log = await FollowedLog.open(space, pod)
  await log.until(lines => lines.includes(line))
}
