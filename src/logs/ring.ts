import type { LogLine, LogReader, LogSequence, LogSlice, LogSource } from '../model/log.ts'
import type { Closable } from '../util/scope.ts'
import { RingBlock, sizeOf } from './ring-block.ts'

/** So many blocks have the lines; the oldest is given up as a whole, and takes the newest lines. */
const blockCount = 40

/** Keeps the newest lines within so many bytes of memory, and drops the oldest. */
export class LogRing implements LogReader {
  readonly #maxBytes: number
  readonly #blockBytes: number
  readonly #listeners = new Set<() => void>()
  /** Oldest first. */
  readonly #blocks: RingBlock[] = []
  #first: LogSequence = 0
  #next: LogSequence = 0
  #bytes = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
    this.#blockBytes = Math.ceil(maxBytes / blockCount)
  }

  get first(): LogSequence {
    return this.#first
  }

  get next(): LogSequence {
    return this.#next
  }

  /** At most the limit, unless one line alone is larger. */
  get bytes(): number {
    return this.#bytes
  }

  add(lines: readonly LogLine[]): void {
    if (lines.length === 0) return
    for (const line of lines) {
      if (!this.#blocks.at(-1)?.add(line)) this.#newBlock(sizeOf(line)).add(line)
      this.#next++
    }
    for (const listener of this.#listeners) listener()
  }

  /** Counts lines that cannot be had; all that is kept is older, and is given up. */
  skip(lines: number): void {
    this.#next += lines
    this.#first = this.#next
    this.#blocks.length = 0
    this.#bytes = 0
  }

  read(from: LogSequence, most: number): LogSlice {
    const begin = this.#nearest(from)
    const lines = this.#collect(begin, most, (block, index) => block.read(index))
    return { lines, next: begin + lines.length, missed: Math.max(0, begin - from) }
  }

  readSources(from: LogSequence, most: number): readonly LogSource[] {
    return this.#collect(this.#nearest(from), most, (block, index) => block.readSources(index))
  }

  subscribe(onAdded: () => void): Closable {
    this.#listeners.add(onAdded)
    return { close: () => void this.#listeners.delete(onAdded) }
  }

  #nearest(sequence: LogSequence): LogSequence {
    return Math.min(Math.max(sequence, this.#first), this.#next)
  }

  #collect<T>(begin: LogSequence, most: number, read: (block: RingBlock, index: number) => Iterable<T>): T[] {
    const found: T[] = []
    let passed = this.#first
    for (const block of this.#blocks) {
      if (found.length >= most) break
      if (passed + block.count > begin) {
        for (const one of read(block, Math.max(0, begin - passed))) {
          if (found.length >= most) break
          found.push(one)
        }
      }
      passed += block.count
    }
    return found
  }

  /** @param leastBytes of a line that has to fit into it */
  #newBlock(leastBytes: number): RingBlock {
    const size = Math.max(leastBytes, this.#blockBytes)
    let unused: RingBlock | undefined
    while (this.#blocks.length > 0 && this.#bytes + size > this.#maxBytes) {
      const oldest = this.#blocks.shift()
      this.#first += oldest?.count ?? 0
      this.#bytes -= oldest?.size ?? 0
      if (oldest?.size === size) unused = oldest
    }
    unused?.clear()
    const block = unused ?? new RingBlock(size)
    this.#blocks.push(block)
    this.#bytes += size
    return block
  }
}
