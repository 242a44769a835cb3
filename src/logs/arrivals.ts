import type { LogLine } from '../model/log.ts'
import type { Closable } from '../util/scope.ts'

/** Lines of one container that came together. */
export type Batch = readonly LogLine[]

interface Waiting {
  readonly line: LogLine
  readonly arrivedAt: number
  /** The line's time, or that of an earlier one of its container, whose order stays. */
  readonly time: string
}

/** So many lines do not wait any longer, however little time has passed. */
const maxWaiting = 5_000

/**
 * Puts lines of several containers in the order of their times. A line waits at most `windowMs` for an older one from elsewhere,
 * and not at all while its container is the only one that speaks.
 */
export class Arrivals implements Closable {
  readonly #onOrdered: (lines: readonly LogLine[]) => void
  readonly #windowMs: number
  /** By container, in milliseconds of `performance.now()`: when it last spoke, and the newest time that it said. */
  readonly #speakers = new Map<object, { at: number; time: string }>()
  #waiting: Waiting[] = []
  #timer: NodeJS.Timeout | undefined

  /** @param windowMs default: longer than a connection gathers lines (`cluster/gathering-socket.ts`), which come that much late. */
  constructor(onOrdered: (lines: readonly LogLine[]) => void, windowMs = 100) {
    this.#onOrdered = onOrdered
    this.#windowMs = windowMs
  }

  /** @param batch of one container, in its own order */
  add(batch: Batch): void {
    const [first] = batch
    if (!first) return
    const now = performance.now()
    const isAlone = this.#isOnlySpeaker(first.source, now)
    const speaker = this.#speakers.get(first.source) ?? { at: now, time: '' }
    this.#speakers.set(first.source, speaker)
    speaker.at = now
    for (const line of batch) {
      if (line.time > speaker.time) speaker.time = line.time
      if (!isAlone) this.#waiting.push({ line, arrivedAt: now, time: speaker.time })
    }
    if (isAlone) this.#onOrdered(batch)
    else if (this.#waiting.length > maxWaiting) this.#release(Number.POSITIVE_INFINITY)
    else this.#timer ??= setTimeout(() => this.#releaseDue(), this.#windowMs)
  }

  /** Lets all go that waits. */
  close(): void {
    this.#release(Number.POSITIVE_INFINITY)
  }

  #isOnlySpeaker(source: object, now: number): boolean {
    if (this.#waiting.length > 0) return false
    for (const [other, { at }] of this.#speakers) {
      if (other !== source && now - at < this.#windowMs) return false
      if (other !== source) this.#speakers.delete(other)
    }
    return true
  }

  #releaseDue(): void {
    this.#timer = undefined
    this.#release(performance.now() - this.#windowMs)
  }

  /** Lets the lines go that came by then, and whatever is older than one of them. */
  #release(arrivedBy: number): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    // Sorting is stable: of one time, what came first stays first.
    this.#waiting.sort((one, other) => (one.time < other.time ? -1 : one.time > other.time ? 1 : 0))
    const end = this.#waiting.findLastIndex(({ arrivedAt }) => arrivedAt <= arrivedBy) + 1
    const due = this.#waiting.splice(0, end)
    if (due.length > 0) this.#onOrdered(due.map(({ line }) => line))
    const oldest = this.#waiting.reduce(
      (least, { arrivedAt }) => Math.min(least, arrivedAt),
      Number.POSITIVE_INFINITY,
    )
    if (oldest === Number.POSITIVE_INFINITY) return
    const dueIn = Math.max(1, oldest + this.#windowMs - performance.now())
    this.#timer = setTimeout(() => this.#releaseDue(), dueIn)
  }
}
