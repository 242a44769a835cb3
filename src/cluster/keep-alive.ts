import { WebSocket } from 'ws'

/** Milliseconds between two pings: well below the minute after which common proxies drop a connection that is quiet. */
const pingIntervalMs = 30_000
/**
 * A kubelet ends a connection without a frame of data for four hours (`streamingConnectionIdleTimeout`), and pings do not
 * count for it. So after this many quiet intervals, half an hour, it is sent a frame without content.
 */
const quietIntervals = 60

/**
 * Keeps a connection open through hours of quiet, and finds out within a minute that nobody is there any more, as after a
 * laptop has slept: the system alone takes a quarter of an hour and longer.
 *
 * The other side handles frames in their order, and stops while the process does not read its stdin. So silence tells of
 * a broken connection only where everything that was written is known to have been taken: each ping carries how many
 * frames were written before it, and its pong brings the number back.
 */
export class KeepAlive {
  readonly #socket: WebSocket
  readonly #timer: NodeJS.Timeout
  #written = 0
  #taken = 0
  #quietIntervals = 0
  #hasHeard = true

  /**
   * @param touch sends an empty frame to the process's stdin
   * @param onSilence called once, when the other side does not answer
   */
  constructor(socket: WebSocket, touch: () => void, onSilence: () => void) {
    this.#socket = socket
    this.#timer = setInterval(() => {
      if (socket.readyState !== WebSocket.OPEN) return
      if (this.#isSilent()) {
        this.stop()
        onSilence()
        return
      }
      if (++this.#quietIntervals >= quietIntervals && this.#taken === this.#written) touch()
      this.#hasHeard = false
      socket.ping(String(this.#written))
    }, pingIntervalMs)
    socket.on('message', () => {
      this.#hasHeard = true
      this.#quietIntervals = 0
    })
    socket.on('pong', bytes => {
      this.#hasHeard = true
      this.#taken = Number(bytes)
    })
  }

  /** A frame was sent to the process's stdin. */
  wrote(): void {
    this.#written++
    this.#quietIntervals = 0
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  /** While reading is paused for a slow reader nothing can be heard. */
  #isSilent(): boolean {
    return !this.#hasHeard && this.#taken === this.#written && !this.#socket.isPaused
  }
}
