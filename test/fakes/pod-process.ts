import type { WebSocket } from 'ws'

const closeChannel = 255

/** A process in a container, in the protocols v4 and v5.channel.k8s.io as a kubelet speaks them. */
export class FakePodProcess {
  readonly #socket: WebSocket
  readonly #stdin: Buffer[] = []
  /** Sizes of the frames of its stdin, those without content too. */
  readonly frameLengths: number[] = []
  onStdin: (bytes: Buffer) => void = () => {}
  hasInputEnded = false
  /** Of its terminal, as they came. */
  readonly sizes: unknown[] = []

  constructor(socket: WebSocket) {
    this.#socket = socket
    // As the kubelet does, which so opens the channel.
    this.#send(1, '')
    socket.on('message', message => this.#receive(message as Buffer))
  }

  get stdin(): Buffer {
    return Buffer.concat(this.#stdin)
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN
  }

  /** What has been sent and not yet taken by the system. */
  get waitingBytes(): number {
    return this.#socket.bufferedAmount
  }

  print(bytes: Buffer | string): void {
    this.#send(1, bytes)
  }

  printError(bytes: Buffer | string): void {
    this.#send(2, bytes)
  }

  /** Ends as the kubelet tells it. */
  exit(code: number): void {
    if (code === 0) this.endWith({ status: 'Success' })
    else {
      const details = { causes: [{ reason: 'ExitCode', message: String(code) }] }
      this.endWith({ status: 'Failure', reason: 'NonZeroExitCode', details })
    }
  }

  endWith(status: object): void {
    this.#send(3, JSON.stringify({ metadata: {}, ...status }))
    this.#socket.close(1000)
  }

  /** The connection is closed in an orderly way, and nothing is said of the process. */
  leave(): void {
    this.#socket.close(1000)
  }

  /** As when a machine or a cable is gone, and somebody says so. */
  break(): void {
    this.#socket.terminate()
  }

  /** It does not read its stdin, and so the kubelet answers no ping either. */
  stopReading(): void {
    this.#socket.pause()
  }

  readOn(): void {
    this.#socket.resume()
  }

  #receive(frame: Buffer): void {
    const channel = frame[0]
    if (channel === closeChannel) {
      this.hasInputEnded = frame[1] === 0
    } else if (channel === 4) {
      this.sizes.push(JSON.parse(frame.subarray(1).toString()))
    } else if (channel === 0) {
      const bytes = frame.subarray(1)
      this.frameLengths.push(bytes.length)
      this.#stdin.push(bytes)
      if (bytes.length > 0) this.onStdin(bytes)
    }
  }

  #send(channel: number, bytes: Buffer | string): void {
    this.#socket.send(Buffer.concat([Buffer.of(channel), Buffer.from(bytes)]))
  }
}
