/** A signal that is aborted by its parent or after some time, whichever comes first, and tells which it was. */
export class Deadline implements Disposable {
  readonly #parent: AbortSignal | undefined
  readonly #controller = new AbortController()
  readonly #timer: NodeJS.Timeout
  readonly #abort = () => this.#controller.abort()
  #hasPassed = false

  constructor(milliseconds: number, parent?: AbortSignal) {
    this.#parent = parent
    this.#timer = setTimeout(() => {
      this.#hasPassed = !this.#controller.signal.aborted
      this.#abort()
    }, milliseconds)
    parent?.addEventListener('abort', this.#abort, { once: true })
    if (parent?.aborted) this.#abort()
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** The time ran out, and the parent was not aborted before. */
  get hasPassed(): boolean {
    return this.#hasPassed
  }

  /** From now on only the parent counts. */
  lift(): void {
    clearTimeout(this.#timer)
  }

  [Symbol.dispose](): void {
    this.lift()
    this.#parent?.removeEventListener('abort', this.#abort)
  }
}

/** Waits, or ends early when the signal is aborted. Never rejects. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const end = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, milliseconds)
    signal.addEventListener('abort', end)
    if (signal.aborted) end()
  })
}
