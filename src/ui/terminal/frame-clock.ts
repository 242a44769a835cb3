/** Milliseconds between frames for what the user does and what devloop does, and for lines that nobody can read as fast. */
const intervals = { state: 100, logs: 250 } as const

export type FrameReason = keyof typeof intervals

/** Decides when to draw: at once after a quiet time, then at the pace of the reason, and never where nothing has changed. */
export class FrameClock {
  readonly #draw: () => void
  #lastAt = Number.NEGATIVE_INFINITY
  #timer: NodeJS.Timeout | undefined
  #dueAt = Number.POSITIVE_INFINITY

  constructor(draw: () => void) {
    this.#draw = draw
  }

  request(reason: FrameReason): void {
    const now = performance.now()
    const dueAt = Math.max(now, this.#lastAt + intervals[reason])
    if (dueAt >= this.#dueAt) return
    clearTimeout(this.#timer)
    this.#dueAt = dueAt
    this.#timer = setTimeout(() => {
      this.#lastAt = performance.now()
      this.#dueAt = Number.POSITIVE_INFINITY
      this.#draw()
    }, dueAt - now)
  }

  close(): void {
    clearTimeout(this.#timer)
  }
}
