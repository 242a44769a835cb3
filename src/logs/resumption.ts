/** Lines whose times are remembered of one container; of a second in which more are said, the last of it. */
const maxTimes = 20_000

const second = 1_000_000_000

/**
 * Tells what is new from what was read before, when a container's log is read once more from a time on. The server knows
 * times by whole seconds only, but says lines in the same order again: so of each time as many lines are passed over
 * as were read, and all that follows the first new one is new. A log that was rotated meanwhile repeats fewer of them, and
 * nothing is lost by that.
 */
export class Resumption {
  readonly #clock = new NodeClock()
  /** Of all lines (ns) of the newest second and the one before it, in their order. */
  #times: number[] = []
  /** How many of them are still to be passed over. */
  #repeated: Map<number, number> | undefined
  /** In nanoseconds, as all times here; nothing was read before. */
  #newest = Number.NEGATIVE_INFINITY
  /** Up to here all is known, and nothing is remembered. */
  #forgotten = Number.NEGATIVE_INFINITY

  /** @param from RFC 3339: nothing older is wanted */
  constructor(from?: string) {
    if (from === undefined) return
    this.#newest = this.#clock.read(from)
    this.#forgotten = this.#newest
  }

  /**
   * From where on to read once more. Stdout and stderr are written side by side, so what comes next may be a little older than
   * what came last.
   */
  get since(): string | undefined {
    return Number.isFinite(this.#newest) ? this.#clock.format(secondBefore(this.#newest)) : undefined
  }

  /** The log is read from `since` on again. */
  begin(): void {
    this.#repeated = new Map()
    for (const at of this.#times) this.#repeated.set(at, (this.#repeated.get(at) ?? 0) + 1)
  }

  /** What comes first is from the middle of the log: what is as old as this line, or older, is not wanted again. */
  beginAt(time: string): void {
    this.#forgotten = this.#clock.read(time)
    this.#repeated = undefined
  }

  /** Whether a line was not read before. Each line is to be asked for once, in the order of the log. */
  isNew(time: string): boolean {
    const at = this.#clock.read(time)
    const left = this.#repeated?.get(at) ?? 0
    if (left > 0) {
      this.#repeated?.set(at, left - 1)
      return false
    }
    if (this.#repeated && at <= this.#forgotten) return false
    this.#repeated = undefined
    this.#remember(at)
    return true
  }

  #remember(at: number): void {
    this.#times.push(at)
    if (at > this.#newest) {
      const isNextSecond = secondBefore(at) !== secondBefore(this.#newest)
      this.#newest = at
      if (isNextSecond) this.#forgetBefore(secondBefore(at))
    }
    if (this.#times.length > maxTimes) this.#forgetHalf()
  }

  #forgetBefore(begin: number): void {
    this.#forgotten = Math.max(this.#forgotten, begin - 1)
    this.#times = this.#times.filter(at => at >= begin)
  }

  #forgetHalf(): void {
    for (const at of this.#times.splice(0, maxTimes / 2)) this.#forgotten = Math.max(this.#forgotten, at)
    this.#times = this.#times.filter(at => at > this.#forgotten)
  }
}

/** The beginning of the second before that of a time. */
function secondBefore(at: number): number {
  return (Math.floor(at / second) - 1) * second
}

/**
 * Times as numbers, counted from the first that is read: exact for a hundred days around it. As parts of the text that was
 * received they would keep all of it in memory.
 */
class NodeClock {
  #baseMs: number | undefined
  /** The last one that was read, as many lines share it. */
  #secondText = ''
  #secondAt = 0

  read(time: string): number {
    const text = time.slice(0, 19)
    if (text !== this.#secondText) {
      const ms = Date.parse(`${text}Z`)
      this.#baseMs ??= ms
      this.#secondText = text
      this.#secondAt = ((ms - this.#baseMs) / 1_000) * second
    }
    return this.#secondAt + Number(time.slice(20, 29))
  }

  /** @param at of whole seconds */
  format(at: number): string {
    const ms = (this.#baseMs ?? 0) + (at / second) * 1_000
    return new Date(ms).toISOString().replace('.000Z', '.000000000Z')
  }
}
