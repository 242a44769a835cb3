/**
 * Milliseconds between frames, the most urgent reason first: what the user and devloop do; lines that can be read as they come; lines of
 * which more come than the screen holds.
 */
const intervals = { state: 100, logs: 250, flood: 500 } as const

export type FrameReason = keyof typeof intervals

const reasons = Object.keys(intervals) as readonly FrameReason[]

/** Decides when to draw: at once after a quiet time, then at the pace of the reason, and never where nothing has changed. */
export class FrameClock {
  readonly #draw: () => void
  /** Of the last frame with this reason, or a more urgent one: lines that stream by do not make a key wait. */
  readonly #lastAt: Record<FrameReason, number>
  #timer: NodeJS.Timeout | undefined
  #dueAt = Number.POSITIVE_INFINITY
  #reason: FrameReason = 'flood'

  constructor(draw: () => void) {
    this.#draw = draw
    const never = Number.NEGATIVE_INFINITY
    this.#lastAt = { state: never, logs: never, flood: never }
  }

  request(reason: FrameReason): void {
    if (reasons.indexOf(reason) < reasons.indexOf(this.#reason)) this.#reason = reason
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
    for (const reason of reasons.slice(reasons.indexOf(this.#reason))) this.#lastAt[reason] = now
    this.#reason = 'flood'
    this.#dueAt = Number.POSITIVE_INFINITY
    this.#draw()
  }
}
