import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { WebSocket } from 'ws'
import { Answer } from './answer.ts'
import { type Query, requestOptions, urlOf } from './call.ts'
import { Transcript } from './transcript.ts'

/** The channels of a process (`v4.channel.k8s.io`): the first byte of each frame. */
export const channel = { stdin: 0, stdout: 1, stderr: 2, status: 3, resize: 4 } as const

interface Frame {
  readonly channel: number
  readonly bytes: Buffer
}

/** A WebSocket whose frames belong to channels, as of exec, attach and port-forward. */
export class Channels extends Transcript<Frame> implements Disposable {
  readonly #socket: WebSocket

  private constructor(socket: WebSocket) {
    super()
    this.#socket = socket
    socket.on('message', message => {
      const bytes = message as Buffer
      this.add({ channel: bytes.readUInt8(0), bytes: bytes.subarray(1) })
    })
    socket.once('close', () => this.end())
    // A handshake that fails is told by `open`, what breaks later by the end.
    socket.on('error', () => {})
  }

  /** Opens it, or gives the answer of a server that refuses. */
  static async open(path: string, query: Query): Promise<Channels | Answer> {
    const socket = new WebSocket(urlOf(path, query), 'v4.channel.k8s.io', await requestOptions())
    const channels = new Channels(socket)
    const opened = once(socket, 'open').then(() => channels)
    const refused = once(socket, 'unexpected-response').then(async ([, response]) => {
      const { statusCode = 0, headers } = response as IncomingMessage
      return new Answer(statusCode, headers, await text(response as IncomingMessage))
    })
    return Promise.race([opened, refused])
  }

  send(to: number, content: string | Buffer): void {
    this.#socket.send(Buffer.concat([Buffer.of(to), Buffer.from(content)]))
  }

  /** All that has come on a channel. */
  bytesOf(channel: number): Buffer {
    return Buffer.concat(this.entries.filter(frame => frame.channel === channel).map(({ bytes }) => bytes))
  }

  textOf(channel: number): string {
    return this.bytesOf(channel).toString('utf8')
  }

  /** Waits until a channel has told a text. */
  async untilText(on: number, text: string | RegExp): Promise<void> {
    const isThere = (said: string) => (typeof text === 'string' ? said.includes(text) : text.test(said))
    await this.until(() => isThere(this.textOf(on)))
  }

  [Symbol.dispose](): void {
    this.#socket.terminate()
    this.end()
  }
}
