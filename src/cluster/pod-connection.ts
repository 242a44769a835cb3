import { Duplex } from 'node:stream'
import { type RawData, WebSocket } from 'ws'
import {
  type ApiResult,
  type CallOptions,
  type PodConnection,
  PodConnectionError,
  type PodPort,
} from '../model/kube-api.ts'
import { fail, ok } from '../model/result.ts'
import { errorOfAnswer, errorOfConnection } from './api-error.ts'
import { Deadline } from './deadline.ts'
import { podPath } from './resource-path.ts'
import type { Transport } from './transport.ts'

const dialTimeoutMs = 10_000
const protocol = 'v4.channel.k8s.io'
/** Newer servers too speak this protocol, of Kubernetes' own remote command package: the first byte names the channel. */
const dataChannel = 0
const errorChannel = 1
/** Each channel begins with the port's number, two bytes, which says nothing new. */
const channelHeaderLength = 2
/** A frame of the kubelet is at most 32 KiB; this bounds what a broken one could make us keep. */
const maxFrameBytes = 4 * 1024 * 1024
const maxErrorLength = 64 * 1024
/** What is kept at most for a slow reader, and for a slow pod, besides what is in the system's own buffers. */
const bufferBytes = 64 * 1024
/**
 * The protocol cannot say that only one side has ended. So after the client's end the pod's side may go on, but no
 * longer than this without a byte: mostly the client is gone altogether, and nobody would ever end the connection.
 */
const halfCloseQuietMs = 10_000
const normalClosure = 1000

type PodDialer = Pick<Transport, 'urlOf' | 'requestOptions'>

/** Opens a connection to a port of a pod, within 10 s. That nothing listens there shows only afterwards. */
export async function connectPod(
  transport: PodDialer,
  { namespace, pod, port }: PodPort,
  options: CallOptions = {},
): Promise<ApiResult<PodConnection>> {
  using deadline = new Deadline(dialTimeoutMs, options.signal)
  const url = transport.urlOf({
    path: podPath(namespace, pod, 'portforward'),
    query: { ports: port },
  })
  const first = await dial(transport, url, deadline)
  // A kept connection that turns out to be dead shows as a reset; the pod has not been reached then.
  return !first.ok && first.failure.kind === 'unreachable' && !deadline.signal.aborted
    ? dial(transport, url, deadline)
    : first
}

async function dial(transport: PodDialer, url: URL, deadline: Deadline): Promise<ApiResult<PodConnection>> {
  const requestOptions = await transport.requestOptions()
  if (!requestOptions.ok) return requestOptions
  const socket = new WebSocket(url, [protocol], {
    ...requestOptions.value,
    perMessageDeflate: false,
    maxPayload: maxFrameBytes,
  })
  // Made at once, as the first frames may come together with the server's consent.
  const connection = new PodStream(socket)
  return new Promise(resolve => {
    const settle = (result: ApiResult<PodConnection>) => {
      deadline.signal.removeEventListener('abort', abort)
      socket.off('error', failed)
      if (!result.ok) connection.abandon()
      resolve(result)
    }
    const failed = (error: Error) => settle(fail(errorOfConnection(error)))
    const abort = () =>
      settle(
        fail(
          deadline.hasPassed
            ? { kind: 'timeout', message: `no connection to the pod within ${dialTimeoutMs / 1_000} s` }
            : { kind: 'aborted', message: 'aborted' },
        ),
      )
    deadline.signal.addEventListener('abort', abort)
    if (deadline.signal.aborted) abort()
    socket.once('open', () => settle(ok(connection)))
    socket.once('error', failed)
    socket.once('unexpected-response', (_request, response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (text: string) => {
        body = (body + text).slice(0, maxErrorLength)
      })
      response.once('close', () => settle(fail(errorOfAnswer(response.statusCode ?? 0, body))))
    })
  })
}

/** One port-forward over a WebSocket as a stream of bytes. */
class PodStream extends Duplex {
  readonly #socket: WebSocket
  /** Bytes of the header that are still to come, by channel. */
  readonly #headers = [channelHeaderLength, channelHeaderLength]
  #hasReceived = false
  #quietTimer: NodeJS.Timeout | undefined

  constructor(socket: WebSocket) {
    // When the pod's side has ended nobody reads what is written, so this side ends too.
    super({
      allowHalfOpen: false,
      writableHighWaterMark: bufferBytes,
      readableHighWaterMark: bufferBytes,
    })
    this.#socket = socket
    // Nothing may happen before the caller listens: reading begins with the first `_read`.
    socket.once('open', () => socket.pause())
    socket.on('message', message => this.#receive(message))
    socket.on('error', error => this.destroy(new PodConnectionError(error.message, false)))
    socket.on('close', code => {
      if (code === normalClosure) this.push(null)
      else
        this.destroy(
          new PodConnectionError(`the connection to the pod broke (WebSocket code ${code})`, false),
        )
    })
  }

  /** Ends without a word what was never handed over. */
  abandon(): void {
    this.on('error', () => {})
    this.destroy()
  }

  override _read(): void {
    if (this.#socket.isPaused) this.#socket.resume()
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error) => void): void {
    // The pod's side has ended: what it sent may still be unread, so that this is no error of the stream.
    if (this.#socket.readyState !== WebSocket.OPEN) {
      done()
      return
    }
    const frame = Buffer.allocUnsafe(chunk.length + 1)
    frame[0] = dataChannel
    chunk.copy(frame, 1)
    // Called once the frame has left for the system: so at most one is on its way, and a slow pod slows the writer.
    this.#socket.send(frame, () => done())
  }

  override _final(done: () => void): void {
    // Once the pod's side has ended, all that is left is to be read, at the reader's own pace.
    if (this.#socket.readyState === WebSocket.OPEN) {
      this.#quietTimer = setTimeout(() => this.#endIfQuiet(), halfCloseQuietMs)
    }
    done()
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearTimeout(this.#quietTimer)
    // There is no more to hear, not even of a handshake that is broken off.
    this.#socket.removeAllListeners()
    this.#socket.on('error', () => {})
    this.#socket.terminate()
    done(error)
  }

  /** A pod that waits for a slow reader is not quiet. */
  #endIfQuiet(): void {
    if (this.readableLength > 0) this.#quietTimer?.refresh()
    else this.destroy()
  }

  #receive(message: RawData): void {
    const frame = message as Buffer
    const channel = frame[0] ?? dataChannel
    const headerLength = Math.min(this.#headers[channel] ?? 0, frame.length - 1)
    if (headerLength > 0) this.#headers[channel] = (this.#headers[channel] ?? 0) - headerLength
    const bytes = frame.subarray(1 + headerLength)
    if (bytes.length === 0) return
    this.#quietTimer?.refresh()
    if (channel === errorChannel) this.#fail(bytes.toString('utf8').trim())
    else if (channel === dataChannel) this.#deliver(bytes)
  }

  #deliver(bytes: Buffer): void {
    this.#hasReceived = true
    if (!this.push(bytes)) this.#socket.pause()
  }

  /** The words are those of the node: of socat (Docker), or of Go (containerd, CRI-O). */
  #fail(words: string): void {
    const refused = !this.#hasReceived && /connection refused/i.test(words)
    this.destroy(new PodConnectionError(words, refused))
  }
}
