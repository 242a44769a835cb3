import type { Duplex } from 'node:stream'
import { finished } from 'node:stream/promises'
import { type CommandChannels, parseSize, type WantedChannels } from './command-channels.ts'
import { SpdyConnection, type SpdyStream } from './spdy/connection.ts'

export const spdyCommandProtocols = ['v4.channel.k8s.io']
const openTimeoutMs = 30_000

/** A process's channels as the streams of a SPDY connection, each named by a header. */
export class SpdyChannels implements CommandChannels {
  readonly #streams: ReadonlyMap<string, SpdyStream>
  readonly #connection: SpdyConnection
  readonly signal: AbortSignal

  private constructor(
    connection: SpdyConnection,
    streams: ReadonlyMap<string, SpdyStream>,
    signal: AbortSignal,
  ) {
    this.#connection = connection
    this.#streams = streams
    this.signal = signal
  }

  /** Settles once the client has opened all the streams that it wants; undefined: it did not within 30 s, or has gone. */
  static async open(wire: Duplex, wanted: WantedChannels): Promise<SpdyChannels | undefined> {
    const gone = new AbortController()
    wire.once('close', () => gone.abort())
    const names = [
      'error',
      ...(wanted.stdin ? ['stdin'] : []),
      ...(wanted.stdout ? ['stdout'] : []),
      ...(wanted.stderr ? ['stderr'] : []),
      ...(wanted.tty ? ['resize'] : []),
    ]
    const streams = new Map<string, SpdyStream>()
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const connection = new SpdyConnection(wire, (stream, headers) => {
      streams.set(headers.get('streamtype') ?? '', stream)
      if (names.every(name => streams.has(name))) resolve(true)
    })
    const timeout = setTimeout(() => resolve(false), openTimeoutMs)
    gone.signal.addEventListener('abort', () => resolve(false))
    const isOpen = await promise
    clearTimeout(timeout)
    if (isOpen) return new SpdyChannels(connection, streams, gone.signal)
    connection.close()
    return undefined
  }

  get stdin(): SpdyStream | undefined {
    return this.#streams.get('stdin')
  }

  get stdout(): SpdyStream | undefined {
    return this.#streams.get('stdout')
  }

  get stderr(): SpdyStream | undefined {
    return this.#streams.get('stderr')
  }

  onResize(listener: (columns: number, rows: number) => void): void {
    this.#streams.get('resize')?.on('data', (chunk: Buffer) => {
      const size = parseSize(chunk.toString('utf8'))
      if (size) listener(size.columns, size.rows)
    })
  }

  async finish(status: object): Promise<void> {
    const error = this.#streams.get('error')
    error?.end(JSON.stringify(status))
    this.stdout?.end()
    this.stderr?.end()
    const ends = [error, this.stdout, this.stderr].flatMap(stream => (stream ? [stream] : []))
    await Promise.all(ends.map(stream => finished(stream, { readable: false }).catch(() => {})))
    this.#connection.end()
  }
}
