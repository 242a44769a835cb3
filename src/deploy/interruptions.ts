import type { ApiError } from '../model/kube-api.ts'

/** Tells of the interruptions of several watches as of one: it begins with the first, and ends with the last. */
export class Interruptions {
  readonly #tell: (error: ApiError | undefined) => void
  readonly #interrupted = new Set<object>()

  /** @param tell is given the first error, and `undefined` once all watches are up to date again */
  constructor(tell: (error: ApiError | undefined) => void) {
    this.#tell = tell
  }

  /** What was seen last may be old. */
  get areGoingOn(): boolean {
    return this.#interrupted.size > 0
  }

  begin(watch: object, error: ApiError): void {
    const isFirst = !this.areGoingOn
    this.#interrupted.add(watch)
    if (isFirst) this.#tell(error)
  }

  end(watch: object): void {
    const wasInterrupted = this.#interrupted.delete(watch)
    if (wasInterrupted && !this.areGoingOn) this.#tell(undefined)
  }
}
