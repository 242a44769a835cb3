const firstMs = 10_000
const longestMs = 5 * 60_000
/** What went well for so long begins anew. */
const resetMs = 10 * 60_000

/**
 * How long to wait before something that has failed is tried again: the first time not at all, then 10 s, 20 s… up to five
 * minutes. https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#restart-policy
 */
export class BackOff {
  #nextMs = 0
  #triedAt = 0

  /** @returns milliseconds from `failedAt` on */
  next(failedAt: Date): number {
    if (failedAt.getTime() - this.#triedAt > resetMs) this.#nextMs = 0
    const waitMs = this.#nextMs
    this.#nextMs = Math.min(Math.max(firstMs, waitMs * 2), longestMs)
    this.#triedAt = failedAt.getTime() + waitMs
    return waitMs
  }
}

/** As Go prints it, for messages that programs look at: `10s`, `1m20s`. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000)
  const minutes = Math.floor(seconds / 60)
  return minutes === 0 ? `${seconds}s` : `${minutes}m${seconds % 60}s`
}
