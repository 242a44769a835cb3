/** Pauses that grow twofold from one try to the next, with jitter, up to a limit. */
export class Backoff {
  readonly #firstMs: number
  readonly #maxMs: number
  readonly #random: () => number
  #nextMs: number

  constructor(firstMs: number, maxMs: number, random: () => number = Math.random) {
    this.#firstMs = firstMs
    this.#maxMs = maxMs
    this.#random = random
    this.#nextMs = firstMs
  }

  /** The milliseconds to wait now: between half of the pause and all of it, so that many clients do not come at once. */
  next(): number {
    const pauseMs = this.#nextMs
    this.#nextMs = Math.min(pauseMs * 2, this.#maxMs)
    return pauseMs * (0.5 + this.#random() / 2)
  }

  reset(): void {
    this.#nextMs = this.#firstMs
  }
}
