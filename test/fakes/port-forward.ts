import type { WebSocket } from 'ws'

/** The pod's side of one port-forward, in the protocol v4.channel.k8s.io as a kubelet speaks it. */
export class FakePodPort {
  readonly #socket: WebSocket
  readonly #received: Buffer[] = []
  onData: (bytes: Buffer) => void = () => {}

  constructor(socket: WebSocket, port: number) {
    this.#socket = socket
    // As the kubelet does: each channel begins with the port's number, little-endian.
    const number = Buffer.alloc(2)
    number.writeUInt16LE(port)
    this.#frame(0, number)
    this.#frame(1, number)
    socket.on('message', message => {
      const bytes = (message as Buffer).subarray(1)
      this.#received.push(bytes)
      this.onData(bytes)
    })
  }

  get received(): Buffer {
    return Buffer.concat(this.#received)
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN
  }

  /** What has been sent and not yet taken by the system. */
  get waitingBytes(): number {
    return this.#socket.bufferedAmount
  }

  /** Resolves once the frame was taken by the system. */
  send(bytes: Buffer | string): Promise<void> {
    return new Promise(resolve => {
      this.#socket.send(frameOf(0, Buffer.from(bytes)), () => resolve())
    })
  }

  /** What the node says went wrong. */
  sendError(words: string): void {
    this.#frame(1, Buffer.from(words))
  }

  end(code = 1000): void {
    this.#socket.close(code)
  }

  /** As when a machine or a cable is gone. */
  break(): void {
    this.#socket.terminate()
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  #frame(channel: number, bytes: Buffer): void {
    this.#socket.send(frameOf(channel, bytes))
  }
}

function frameOf(channel: number, bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.of(channel), bytes])
}
