/**
 * What a client has sent and no pod has answered yet, so that another pod can be given it. Once it is forgotten,
 * the exchange under way is bound to the pod that has it.
 */
export class Replay {
  readonly #limit: number
  #chunks: Buffer[] | undefined = []
  #bytes = 0

  /** @param limit bytes from which on it is full; it takes the chunk that crosses the limit. */
  constructor(limit: number) {
    this.#limit = limit
  }

  get isWhole(): boolean {
    return this.#chunks !== undefined
  }

  /** Whole, and nothing is in it: nothing was sent. */
  get isEmpty(): boolean {
    return this.#chunks?.length === 0
  }

  get isFull(): boolean {
    return this.#bytes >= this.#limit
  }

  get chunks(): readonly Buffer[] {
    return this.#chunks ?? []
  }

  add(chunk: Buffer) {
    if (!this.#chunks) return
    this.#chunks.push(chunk)
    this.#bytes += chunk.length
  }

  forget() {
    this.#chunks = undefined
    this.#bytes = 0
  }

  restart() {
    this.#chunks = []
    this.#bytes = 0
  }
}
