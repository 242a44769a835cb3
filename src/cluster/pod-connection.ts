import { WebSocket } from 'ws'
import {
  type ApiResult,
  type CallOptions,
  type PodConnection,
  PodConnectionError,
  type PodPort,
} from '../model/kube-api.ts'
import { type ChannelDialer, dialChannels } from './channel-dial.ts'
import { ChannelStream } from './channel-stream.ts'
import { podPath } from './resource-path.ts'

/** Newer servers too speak this protocol for ports, of Kubernetes' own remote command package. */
const protocols = ['v4.channel.k8s.io']
const dataChannel = 0
const errorChannel = 1
/** Each channel begins with the port's number, two bytes, which says nothing new. */
const channelHeaderLength = 2
/**
 * The protocol cannot say that only one side has ended. So after the client's end the pod's side may go on, but no
 * longer than this without a byte: mostly the client is gone altogether, and nobody would ever end the connection.
 */
const halfCloseQuietMs = 10_000
const normalClosure = 1000

/** Opens a connection to a port of a pod, within 10 s. That nothing listens there shows only afterwards. */
export async function connectPod(
  transport: ChannelDialer,
  { namespace, pod, port }: PodPort,
  options?: CallOptions,
): Promise<ApiResult<PodConnection>> {
  const request = { path: podPath(namespace, pod, 'portforward'), query: { ports: port }, protocols }
  return dialChannels(transport, request, socket => new PortStream(socket), options)
}

/** One port-forward over a WebSocket as a stream of bytes. */
class PortStream extends ChannelStream {
  /** Bytes of the header that are still to come, by channel. */
  readonly #headers = [channelHeaderLength, channelHeaderLength]
  #hasReceived = false
  #quietTimer: NodeJS.Timeout | undefined

  constructor(socket: WebSocket) {
    super(socket)
    // Nothing may happen before the caller listens: reading begins with the first `_read`.
    socket.once('open', () => socket.pause())
  }

  override _final(done: () => void): void {
    // Once the pod's side has ended, all that is left is to be read, at the reader's own pace.
    if (this.socket.readyState === WebSocket.OPEN) {
      this.#quietTimer = setTimeout(() => this.#endIfQuiet(), halfCloseQuietMs)
    }
    done()
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearTimeout(this.#quietTimer)
    super._destroy(error, done)
  }

  protected override onFrame(channel: number, content: Buffer): void {
    const headerLength = Math.min(this.#headers[channel] ?? 0, content.length)
    if (headerLength > 0) this.#headers[channel] = (this.#headers[channel] ?? 0) - headerLength
    const bytes = content.subarray(headerLength)
    if (bytes.length === 0) return
    this.#quietTimer?.refresh()
    if (channel === errorChannel) this.#fail(bytes.toString('utf8').trim())
    else if (channel === dataChannel) {
      this.#hasReceived = true
      this.deliver(bytes)
    }
  }

  protected override onLost(message: string): void {
    this.destroy(new PodConnectionError(message, false))
  }

  protected override onClose(code: number): void {
    if (code === normalClosure) this.push(null)
    else this.onLost(`the connection to the pod broke (WebSocket code ${code})`)
  }

  /** A pod that waits for a slow reader is not quiet. */
  #endIfQuiet(): void {
    if (this.readableLength > 0) this.#quietTimer?.refresh()
    else this.destroy()
  }

  /** The words are those of the node: of socat (Docker), or of Go (containerd, CRI-O). */
  #fail(words: string): void {
    const refused = !this.#hasReceived && /connection refused/i.test(words)
    this.destroy(new PodConnectionError(words, refused))
  }
}
