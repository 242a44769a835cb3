import { PassThrough, Writable } from 'node:stream'
import { WebSocket } from 'ws'
import { type CommandChannels, parseSize, type WantedChannels } from './command-channels.ts'

/** In the order in which they are preferred. */
export const commandProtocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io']
const stdinChannel = 0
const stdoutChannel = 1
const stderrChannel = 2
const statusChannel = 3
const resizeChannel = 4
/** Its one byte names a channel that the client has ended; only the newest protocol has it. */
const closeChannel = 255

/** A process's channels as the frames of one WebSocket: the first byte of each names its channel. */
export class WebSocketChannels implements CommandChannels {
  readonly stdin: PassThrough | undefined
  readonly stdout: Writable | undefined
  readonly stderr: Writable | undefined
  readonly #socket: WebSocket
  readonly #gone = new AbortController()
  #resize: ((columns: number, rows: number) => void) | undefined

  constructor(socket: WebSocket, wanted: WantedChannels) {
    this.#socket = socket
    this.stdin = wanted.stdin ? new PassThrough() : undefined
    this.stdout = wanted.stdout ? channelWriter(socket, stdoutChannel) : undefined
    this.stderr = wanted.stderr ? channelWriter(socket, stderrChannel) : undefined
    this.stdin?.on('drain', () => socket.resume())
    socket.on('message', message => this.#receive(message as Buffer))
    socket.on('error', () => {})
    socket.once('close', () => {
      this.stdin?.end()
      this.#gone.abort()
    })
    // What a client reads its output by, at once.
    for (const [channel, isWanted] of [
      [stdoutChannel, wanted.stdout],
      [stderrChannel, wanted.stderr],
    ] as const) {
      if (isWanted) socket.send(Buffer.of(channel))
    }
  }

  get signal(): AbortSignal {
    return this.#gone.signal
  }

  onResize(listener: (columns: number, rows: number) => void): void {
    this.#resize = listener
  }

  async finish(status: object): Promise<void> {
    const frame = Buffer.concat([Buffer.of(statusChannel), Buffer.from(JSON.stringify(status))])
    await new Promise<void>(resolve => this.#socket.send(frame, () => resolve()))
    this.#socket.close(1000)
  }

  #receive(frame: Buffer): void {
    const channel = frame[0]
    const bytes = frame.subarray(1)
    if (channel === stdinChannel && bytes.length > 0 && this.stdin?.writable) {
      if (!this.stdin.write(bytes)) this.#socket.pause()
    } else if (channel === closeChannel && bytes[0] === stdinChannel) this.stdin?.end()
    else if (channel === resizeChannel) {
      const size = parseSize(bytes.toString('utf8'))
      if (size) this.#resize?.(size.columns, size.rows)
    }
  }
}

/** Writes that wait until the frame has left, so that a slow client slows the process. */
export function channelWriter(socket: WebSocket, channel: number): Writable {
  return new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      if (socket.readyState !== WebSocket.OPEN) return done()
      socket.send(Buffer.concat([Buffer.of(channel), chunk]), () => done())
    },
  })
}
