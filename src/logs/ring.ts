import type { LogLine, LogReader, LogSequence, LogSlice } from '../model/log.ts'
import type { Closable } from '../util/scope.ts'

/** What a line takes up besides its text: the object, its time, and its place. */
const bytesPerLine = 160

/** Below this many slots for dropped lines it is not worth moving the others. */
const minDroppedSlots = 1_024

/** Keeps the newest lines within so many bytes, counted by characters, and drops the oldest. */
export class LogRing implements LogReader {
  readonly #maxBytes: number
  readonly #listeners = new Set<() => void>()
  /** From `#head` on; slots before it were dropped. */
  #lines: (LogLine | undefined)[] = []
  #head = 0
  #first: LogSequence = 0
  #bytes = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  get first(): LogSequence {
    return this.#first
  }

  get next(): LogSequence {
    return this.#first + this.#lines.length - this.#head
  }

  /** At most the limit, unless one line alone is larger. */
  get bytes(): number {
    return this.#bytes
  }

  add(lines: readonly LogLine[]): void {
    if (lines.length === 0) return
    for (const line of lines) {
      this.#lines.push(line)
      this.#bytes += bytesOf(line)
    }
    while (this.#bytes > this.#maxBytes && this.next - this.#first > 1) this.#drop()
    if (this.#head > minDroppedSlots && this.#head > this.#lines.length / 2) {
      this.#lines = this.#lines.slice(this.#head)
      this.#head = 0
    }
    for (const listener of this.#listeners) listener()
  }

  read(from: LogSequence, most: number): LogSlice {
    const begin = Math.min(Math.max(from, this.#first), this.next)
    const index = this.#head + begin - this.#first
    const lines = this.#lines.slice(index, index + most).filter(line => line !== undefined)
    return { lines, next: begin + lines.length, missed: Math.max(0, begin - from) }
  }

  subscribe(onAdded: () => void): Closable {
    this.#listeners.add(onAdded)
    return { close: () => void this.#listeners.delete(onAdded) }
  }

  #drop(): void {
    const line = this.#lines[this.#head]
    this.#lines[this.#head] = undefined
    this.#head++
    this.#first++
    if (line) this.#bytes -= bytesOf(line)
  }
}

function bytesOf({ text, raw }: LogLine): number {
  return bytesPerLine + text.length + (raw?.length ?? 0)
}
