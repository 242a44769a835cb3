import { Duplex } from 'node:stream'
import { controlFrame, dataFrame, type Frame, FrameReader, finFlag, frameTypes } from './frames.ts'
import { HeaderReader, type Headers, HeaderWriter } from './headers.ts'

/** The other side takes frames whole. */
const maxDataBytes = 32 * 1024
const cancelStatus = 5

/**
 * The server's side of a connection of SPDY/3.1, as kubectl's exec, attach and port-forward speak it. The client opens streams;
 * each is told of with its headers. Kubernetes' own library knows no flow control, so there is none here: one stream that is
 * read slowly stops all of them.
 */
export class SpdyConnection {
  readonly #wire: Duplex
  readonly #onStream: (stream: SpdyStream, headers: Headers) => void
  readonly #streams = new Map<number, SpdyStream>()
  readonly #frames = new FrameReader()
  readonly #headerReader = new HeaderReader()
  readonly #headerWriter = new HeaderWriter()
  /** Frames are handled one after another, though reading headers takes a moment. */
  #work: Promise<void> = Promise.resolve()

  /** @param wire is destroyed together with the connection */
  constructor(wire: Duplex, onStream: (stream: SpdyStream, headers: Headers) => void) {
    this.#wire = wire
    this.#onStream = onStream
    wire.on('data', (chunk: Buffer) => this.#receive(chunk))
    wire.once('end', () => this.close())
    wire.once('close', () => this.close())
    wire.on('error', () => this.close())
  }

  /** Ends all streams at once. */
  close(): void {
    this.#wire.destroy()
    this.#headerReader.close()
    this.#headerWriter.close()
    for (const stream of this.#streams.values()) stream.destroy()
    this.#streams.clear()
  }

  /** Ends the connection once everything is written. */
  end(): void {
    this.#wire.end()
  }

  #receive(chunk: Buffer): void {
    this.#wire.pause()
    this.#work = this.#work.then(async () => {
      try {
        for (const frame of this.#frames.take(chunk)) await this.#handle(frame)
        this.resumeIfRead()
      } catch {
        this.close()
      }
    })
  }

  /** Goes on reading, unless a stream has more than its reader takes. */
  resumeIfRead(): void {
    const isFull = [...this.#streams.values()].some(stream => stream.isFull)
    if (!isFull && !this.#wire.destroyed) this.#wire.resume()
  }

  async #handle(frame: Frame): Promise<void> {
    if (frame.kind === 'data') {
      this.#streams.get(frame.streamId)?.receive(frame.bytes, frame.isLast)
      return
    }
    const { type, bytes, flags } = frame
    if (type === frameTypes.synStream) await this.#open(bytes, flags)
    else if (type === frameTypes.headers) await this.#headerReader.read(bytes.subarray(4))
    else if (type === frameTypes.rstStream) this.#streams.get(bytes.readUInt32BE(0))?.destroy()
    else if (type === frameTypes.ping) this.#wire.write(controlFrame(frameTypes.ping, 0, bytes))
    else if (type === frameTypes.goAway) this.end()
  }

  async #open(bytes: Buffer, flags: number): Promise<void> {
    const id = bytes.readUInt32BE(0)
    const headers = await this.#headerReader.read(bytes.subarray(10))
    const stream = new SpdyStream({
      write: (data, isLast, done) => this.#wire.write(dataFrame(id, data, isLast), () => done()),
      reset: () => this.#reset(id),
      wasRead: () => this.resumeIfRead(),
      closed: () => this.#streams.delete(id),
    })
    this.#streams.set(id, stream)
    const reply = await this.#headerWriter.write(new Map())
    this.#wire.write(controlFrame(frameTypes.synReply, 0, Buffer.concat([bytes.subarray(0, 4), reply])))
    if ((flags & finFlag) !== 0) stream.receive(Buffer.alloc(0), true)
    this.#onStream(stream, headers)
  }

  #reset(id: number): void {
    if (this.#wire.destroyed) return
    const bytes = Buffer.alloc(8)
    bytes.writeUInt32BE(id)
    bytes.writeUInt32BE(cancelStatus, 4)
    this.#wire.write(controlFrame(frameTypes.rstStream, 0, bytes))
  }
}

interface StreamWire {
  write(bytes: Buffer, isLast: boolean, done: () => void): void
  reset(): void
  wasRead(): void
  closed(): void
}

/** One stream of a connection. Each side ends by itself; destroying it early tells the client so. */
export class SpdyStream extends Duplex {
  readonly #wire: StreamWire
  #hasWrittenAll = false
  #isFull = false

  constructor(wire: StreamWire) {
    super({ allowHalfOpen: true })
    this.#wire = wire
    this.on('error', () => {})
  }

  /** It has more than its reader takes at the moment. */
  get isFull(): boolean {
    return this.#isFull
  }

  receive(bytes: Buffer, isLast: boolean): void {
    if (this.destroyed || this.readableEnded) return
    if (bytes.length > 0) this.#isFull = !this.push(bytes)
    if (isLast) this.push(null)
  }

  override _read(): void {
    this.#isFull = false
    this.#wire.wasRead()
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    const rest = chunk.subarray(maxDataBytes)
    this.#wire.write(chunk.subarray(0, maxDataBytes), false, () => {
      if (rest.length > 0) this._write(rest, 'buffer', done)
      else done()
    })
  }

  override _final(done: () => void): void {
    this.#hasWrittenAll = true
    this.#wire.write(Buffer.alloc(0), true, done)
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    if (!this.#hasWrittenAll) this.#wire.reset()
    this.#wire.closed()
    done(error)
  }
}
