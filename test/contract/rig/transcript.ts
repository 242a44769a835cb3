/** Time enough for a container to start on a machine that does a lot besides, in milliseconds. */
const defaultTimeoutMs = 90_000

/** Of what came, in the words of a failure. */
const maxShownLength = 4_000

/** What comes over a stream, in order, for tests that wait until enough of it has come. */
export class Transcript<Entry> {
  readonly entries: Entry[] = []
  readonly #ended = Promise.withResolvers<void>()
  readonly #readers = new Set<() => void>()
  #hasEnded = false

  /** Settles when nothing more comes. */
  get ended(): Promise<void> {
    return this.#ended.promise
  }

  add(entry: Entry): void {
    this.entries.push(entry)
    this.#tell()
  }

  end(): void {
    this.#hasEnded = true
    this.#ended.resolve()
    this.#tell()
  }

  /**
   * Waits until what has come so far is enough. Throws where it ends before, or the time is up, with what has come.
   *
   * @param isEnough is asked after each entry
   */
  async until(
    isEnough: (entries: readonly Entry[]) => boolean,
    timeoutMs = defaultTimeoutMs,
  ): Promise<readonly Entry[]> {
    const { promise, resolve, reject } = Promise.withResolvers<readonly Entry[]>()
    const fail = (why: string) =>
      reject(new Error(`${why}; what came last: ${JSON.stringify(this.entries).slice(-maxShownLength)}`))
    const look = () => {
      if (isEnough(this.entries)) resolve(this.entries)
      else if (this.#hasEnded) fail('the stream has ended')
    }
    const timer = setTimeout(() => fail(`not within ${timeoutMs / 1_000} s`), timeoutMs)
    this.#readers.add(look)
    try {
      look()
      return await promise
    } finally {
      clearTimeout(timer)
      this.#readers.delete(look)
    }
  }

  #tell(): void {
    for (const look of [...this.#readers]) look()
  }
}
