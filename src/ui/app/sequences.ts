import type { LogSequence } from '../../model/log.ts'

/** Sequences in one block, so that none is an object that the collector leaves for its next full round. */
const blockSize = 4_096

/**
 * Growing sequences, each with an index that it keeps: added at the end, dropped at the beginning. As one array of a hundred
 * thousand, copied each time that some are dropped, they took more memory than the lines.
 */
export class Sequences {
  /** All but the last are full. */
  readonly #blocks: LogSequence[][] = []
  /** The index of what the first block begins with. */
  #begin = 0
  #first = 0
  #next = 0

  /** The oldest index that there is. */
  get first(): number {
    return this.#first
  }

  /** The index of the next one. */
  get next(): number {
    return this.#next
  }

  at(index: number): LogSequence | undefined {
    if (index < this.#first) return undefined
    const offset = index - this.#begin
    return this.#blocks[Math.floor(offset / blockSize)]?.[offset % blockSize]
  }

  /** @param sequence larger than all before */
  push(sequence: LogSequence): void {
    const last = this.#blocks.at(-1)
    if (last && last.length < blockSize) last.push(sequence)
    else this.#blocks.push([sequence])
    this.#next++
  }

  dropBefore(sequence: LogSequence): void {
    while (this.#first < this.#next && (this.at(this.#first) ?? sequence) < sequence) {
      this.#first++
      if (this.#first - this.#begin < blockSize) continue
      this.#blocks.shift()
      this.#begin = this.#first
    }
  }
}
