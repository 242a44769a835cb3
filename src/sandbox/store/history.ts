import type { RecordedChange, ResourceName } from './object-store.ts'

/** Of each kind; what a client misses more of, it has to list again. */
const keptChanges = 1_000

/** The last changes of each kind, for watches that begin in the past. */
export class History {
  readonly #changes = new Map<ResourceName, RecordedChange[]>()
  /** Up to which version changes of a kind are forgotten. */
  readonly #forgotten = new Map<ResourceName, number>()

  add(resource: ResourceName, change: RecordedChange): void {
    const changes = this.#changes.get(resource) ?? []
    this.#changes.set(resource, changes)
    changes.push(change)
    if (changes.length < 2 * keptChanges) return
    const forgotten = changes.splice(0, keptChanges)
    this.#forgotten.set(resource, forgotten.at(-1)?.version ?? 0)
  }

  /** Oldest first; undefined if some of them are forgotten. */
  since(resource: ResourceName, version: number): readonly RecordedChange[] | undefined {
    if (version < (this.#forgotten.get(resource) ?? 0)) return undefined
    const changes = this.#changes.get(resource) ?? []
    const first = changes.findLastIndex(change => change.version <= version) + 1
    return changes.slice(first)
  }
}
