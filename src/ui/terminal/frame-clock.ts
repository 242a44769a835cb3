/** Milliseconds between frames: for what the user and devloop do, and for lines that nobody can read as fast. */
const intervals = { state: 100, logs: 250 } as const

export type FrameReason = keyof typeof intervals

/** Decides when to draw: at once after a quiet time, then at the pace of the reason, and never where nothing has changed. */
export class FrameClock {
  readonly #draw: () => void
  /** Of the last frame with this reason, or a more urgent one: lines that stream by do not make a key wait. */
  readonly #lastAt = { state: Number.NEGATIVE_INFINITY, logs: Number.NEGATIVE_INFINITY }
  #timer: NodeJS.Timeout | undefined
  #dueAt = Number.POSITIVE_INFINITY
  #reason: FrameReason = 'logs'

  constructor(draw: () => void) {
    this.#draw = draw
  }

  request(reason: FrameReason): void {
    if (reason === 'state') this.#reason = 'state'
    const now = performance.now()
    const dueAt = Math.max(now, this.#lastAt[reason] + intervals[reason])
    if (dueAt >= this.#dueAt) return
    clearTimeout(this.#timer)
    this.#dueAt = dueAt
    this.#timer = setTimeout(() => this.#onDue(), dueAt - now)
  }

  close(): void {
    clearTimeout(this.#timer)
  }

  #onDue(): void {
    const now = performance.now()
    this.#lastAt.logs = now
    if (this.#reason === 'state') this.#lastAt.state = now
    this.#reason = 'logs'
    this.#dueAt = Number.POSITIVE_INFINITY
    this.#draw()
  }
}
