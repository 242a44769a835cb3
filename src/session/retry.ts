import { setTimeout as pause } from 'node:timers/promises'

export interface RetryOptions {
  readonly signal: AbortSignal
  /** Milliseconds before the second try; it grows by half each time. */
  readonly firstPauseMs: number
  readonly longestPauseMs: number
}

/** Tries again with a growing pause until `attempt` gives a value; undefined when the signal is aborted before. */
export async function retry<T>(
  attempt: () => Promise<T | undefined>,
  { signal, firstPauseMs, longestPauseMs }: RetryOptions,
): Promise<T | undefined> {
  for (let pauseMs = firstPauseMs; !signal.aborted; pauseMs = Math.min(pauseMs * 1.5, longestPauseMs)) {
    const value = await attempt()
    if (value !== undefined) return value
    await pause(pauseMs, undefined, { signal }).catch(() => undefined)
  }
  return undefined
}
