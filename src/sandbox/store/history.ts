import type { RecordedChange, ResourceName } from './object-store.ts'

/** Of each kind; what a client misses more of, it has to list again. */
const keptChanges = 1_000
const keptBytes = 8 * 1024 * 1024

/** The last changes of each kind, for watches that begin in the past. */
export class History {
  readonly #changes = new Map<ResourceName, Past>()
  readonly #first: number

  /** @param first the version with which the history begins */
  constructor(first: number) {
    this.#first = first
  }

  add(resource: ResourceName, change: RecordedChange): void {
    const past = this.#changes.get(resource) ?? { changes: [], bytes: 0, forgotten: this.#first }
    this.#changes.set(resource, past)
    const { changes } = past
    changes.push(change)
    past.bytes += sizeOf(change)
    // Half of it at once, so that it does not happen with every change.
    if (changes.length >= 2 * keptChanges || past.bytes >= 2 * keptBytes) forgetHalf(past)
  }

  /** Oldest first; undefined if some of them are forgotten. */
  since(resource: ResourceName, version: number): readonly RecordedChange[] | undefined {
    const { changes, forgotten } = this.#changes.get(resource) ?? { changes: [], forgotten: this.#first }
    if (version < forgotten) return undefined
    const first = changes.findLastIndex(change => change.version <= version) + 1
    return changes.slice(first)
  }
}

/** The changes of one kind. */
interface Past {
  readonly changes: RecordedChange[]
  bytes: number
  /** Up to which version changes are forgotten. */
  forgotten: number
}

function forgetHalf(past: Past): void {
  const { changes } = past
  const bytesLeft = past.bytes / 2
  while (changes.length > keptChanges || past.bytes > bytesLeft) {
    const change = changes.shift()
    if (!change) return
    past.bytes -= sizeOf(change)
    past.forgotten = change.version
  }
}

/** As JSON; what it was before is in the change before, too. */
function sizeOf({ object }: RecordedChange): number {
  return JSON.stringify(object).length
}
