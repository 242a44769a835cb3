import type { RecordedChange, ResourceName } from './object-store.ts'

/** Of each kind; what a client misses more of, it has to list again. */
const keptChanges = 1_000

/** The last changes of each kind, for watches that begin in the past. */
export class History {
  readonly #changes = new Map<ResourceName, RecordedChange[]>()
  readonly #first: number
  /** Up to which version changes of a kind are forgotten. */
  readonly #forgotten = new Map<ResourceName, number>()

  /** @param first the version with which the history begins */
  constructor(first: number) {
    this.#first = first
  }

  add(resource: ResourceName, change: RecordedChange): void {
    const changes = this.#changes.get(resource) ?? []
    this.#changes.set(resource, changes)
    changes.push(change)
    if (changes.length < 2 * keptChanges) return
    const forgotten = changes.splice(0, keptChanges)
    this.#forgotten.set(resource, forgotten.at(-1)?.version ?? this.#first)
  }

  /** Oldest first; undefined if some of them are forgotten. */
  since(resource: ResourceName, version: number): readonly RecordedChange[] | undefined {
    if (version < (this.#forgotten.get(resource) ?? this.#first)) return undefined
    const changes = this.#changes.get(resource) ?? []
    const first = changes.findLastIndex(change => change.version <= version) + 1
    return changes.slice(first)
  }
}
