/** Lets whoever waits know that something may have changed, without saying what. */
export class Wakeups {
  #next = Promise.withResolvers<void>()

  /** Settles at the next change. */
  get next(): Promise<void> {
    return this.#next.promise
  }

  wake(): void {
    this.#next.resolve()
    this.#next = Promise.withResolvers()
  }
}
