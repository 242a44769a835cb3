/** Times that are remembered of one container; a second in which more is said is remembered in part. */
const maxTimes = 20_000

/**
 * Tells what is new from what was read before, when a container's log is read once more from a time on. The server knows
 * times by whole seconds only, but says lines in the same order again: so of each time as many lines are passed over
 * as were read, and all that follows the first new one is new. A log that was rotated meanwhile repeats fewer of them, and
 * nothing is lost by that.
 */
export class Resumption {
  /** How many lines there were of each time, of the newest second and the one before it. */
  readonly #counts = new Map<string, number>()
  /** How many of them are still to be passed over. */
  #repeated: Map<string, number> | undefined
  #newest: string
  /** Up to here all is known, and nothing is remembered. */
  #forgotten: string

  /** @param from nothing older is wanted */
  constructor(from = '') {
    this.#newest = from
    this.#forgotten = from
  }

  /**
   * From where on to read once more. Stdout and stderr are written side by side, so what comes next may be a little older than
   * what came last.
   */
  get since(): string | undefined {
    return this.#newest === '' ? undefined : secondBefore(this.#newest)
  }

  /** The log is read from `since` on again. */
  begin(): void {
    this.#repeated = new Map(this.#counts)
  }

  /** What comes first is from the middle of the log: what is as old as this line, or older, is not wanted again. */
  beginAt(time: string): void {
    this.#forgotten = time
    this.#repeated = undefined
  }

  /** Whether a line was not read before. Each line is to be asked for once, in the order of the log. */
  isNew(time: string): boolean {
    const left = this.#repeated?.get(time) ?? 0
    if (left > 0) {
      this.#repeated?.set(time, left - 1)
      return false
    }
    if (this.#repeated && time <= this.#forgotten) return false
    this.#repeated = undefined
    this.#remember(time)
    return true
  }

  #remember(time: string): void {
    this.#counts.set(time, (this.#counts.get(time) ?? 0) + 1)
    if (time > this.#newest) {
      const isNextSecond = secondOf(time) !== secondOf(this.#newest)
      this.#newest = time
      if (isNextSecond) this.#forgetBefore(secondBefore(time))
    }
    if (this.#counts.size > maxTimes) this.#forgetOldest()
  }

  #forgetBefore(begin: string): void {
    for (const time of this.#counts.keys()) if (time < begin) this.#counts.delete(time)
  }

  #forgetOldest(): void {
    const [oldest] = this.#counts.keys()
    if (oldest === undefined) return
    this.#counts.delete(oldest)
    if (oldest > this.#forgotten) this.#forgotten = oldest
  }
}

function secondOf(time: string): string {
  return time.slice(0, 19)
}

/** The beginning of the second before that of a time. */
function secondBefore(time: string): string {
  const before = new Date(Date.parse(`${secondOf(time)}Z`) - 1_000).toISOString()
  return `${secondOf(before)}.000000000Z`
}
