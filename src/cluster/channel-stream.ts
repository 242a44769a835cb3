import { Duplex } from 'node:stream'
import { type RawData, WebSocket } from 'ws'

/** The channel on which bytes go to the pod: a port's data, a process's stdin. */
const inputChannel = 0
/** What is kept at most for a slow reader, and for a slow pod, besides what is in the system's own buffers. */
const bufferBytes = 64 * 1024
/** The other side takes frames whole, so that a large one would be all memory, and no progress until its end. */
const maxFrameBytes = 64 * 1024

/**
 * A WebSocket of Kubernetes' remote command protocols (`v4.channel.k8s.io`, `v5.channel.k8s.io`) as a stream of bytes: the
 * first byte of each frame names its channel. Writing goes to channel 0; what comes on which channel, and what the
 * end of the connection means, is up to the class that extends this one.
 */
export abstract class ChannelStream extends Duplex {
  protected readonly socket: WebSocket

  constructor(socket: WebSocket) {
    // When the pod's side has ended nobody reads what is written, so this side ends too.
    super({
      allowHalfOpen: false,
      writableHighWaterMark: bufferBytes,
      readableHighWaterMark: bufferBytes,
    })
    this.socket = socket
    socket.on('message', message => this.#receive(message))
    socket.on('error', error => this.onLost(error.message))
    socket.on('close', code => this.onClose(code))
  }

  /** Ends without a word what was never handed over. */
  abandon(): void {
    this.on('error', () => {})
    this.destroy()
  }

  /** A frame with at least one byte besides its channel. */
  protected abstract onFrame(channel: number, bytes: Buffer): void
  /** The connection broke. */
  protected abstract onLost(message: string): void
  /** The connection has ended, broken or not. */
  protected abstract onClose(code: number): void

  /** Hands bytes to the reader. One that is slow stops all channels: they share the connection. */
  protected deliver(bytes: Buffer): void {
    if (!this.push(bytes)) this.socket.pause()
  }

  /** Calls back once the frame has left for the system. */
  protected sendFrame(channel: number, bytes: Uint8Array, done?: () => void): void {
    const frame = Buffer.allocUnsafe(bytes.length + 1)
    frame[0] = channel
    frame.set(bytes, 1)
    this.socket.send(frame, () => done?.())
  }

  override _read(): void {
    if (this.socket.isPaused) this.socket.resume()
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error) => void): void {
    // The pod's side has ended: what it sent may still be unread, so that this is no error of the stream.
    if (this.socket.readyState !== WebSocket.OPEN) {
      done()
      return
    }
    const rest = chunk.subarray(maxFrameBytes)
    // At most one frame is on its way, and so a slow pod slows the writer.
    this.sendFrame(inputChannel, chunk.subarray(0, maxFrameBytes), () => {
      if (rest.length > 0) this._write(rest, 'buffer', done)
      else done()
    })
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    // There is no more to hear, not even of a handshake that is broken off.
    this.socket.removeAllListeners()
    this.socket.on('error', () => {})
    this.socket.terminate()
    done(error)
  }

  #receive(message: RawData): void {
    const frame = message as Buffer
    if (frame.length > 1) this.onFrame(frame.readUInt8(0), frame.subarray(1))
  }
}
