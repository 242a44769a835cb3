/** What a timer of Node.js can wait at most, in milliseconds: one that is to wait longer ends at once. */
const longestTimerMs = 2 ** 31 - 1

/** A time that a timer can wait: of more than 24 days those. */
export function timerMs(milliseconds: number): number {
  return Math.min(Math.max(milliseconds, 1), longestTimerMs)
}
