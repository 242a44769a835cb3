import type { OwnerReference, ResourceName, StoredObject } from '../store/object-store.ts'

export interface Owned {
  readonly resource: ResourceName
  readonly name: string
  readonly namespace: string | undefined
  readonly uid: string
  readonly owners: readonly OwnerReference[]
}

/** Every object by its uid, and by the uids of its owners, which may not be there. */
export class OwnershipIndex {
  readonly #objects = new Map<string, Owned>()
  readonly #dependents = new Map<string, Set<string>>()
  /** Owners that were there, while there are dependents of theirs. */
  readonly #ended = new Set<string>()

  get(uid: string): Owned | undefined {
    return this.#objects.get(uid)
  }

  dependentsOf(uid: string): readonly Owned[] {
    return [...(this.#dependents.get(uid) ?? [])].flatMap(dependent => this.#objects.get(dependent) ?? [])
  }

  /** Whether it was there, and is so no more. */
  hasEnded(uid: string): boolean {
    return this.#ended.has(uid)
  }

  set(resource: ResourceName, { metadata }: StoredObject): void {
    const { uid, name, namespace, ownerReferences: owners = [] } = metadata
    this.#unlink(uid)
    this.#objects.set(uid, { resource, name, namespace, uid, owners })
    for (const owner of owners) {
      const dependents = this.#dependents.get(owner.uid) ?? new Set()
      this.#dependents.set(owner.uid, dependents.add(uid))
    }
  }

  delete(uid: string): void {
    this.#unlink(uid)
    if (this.#dependents.has(uid)) this.#ended.add(uid)
  }

  #unlink(uid: string): void {
    for (const owner of this.#objects.get(uid)?.owners ?? []) {
      const dependents = this.#dependents.get(owner.uid)
      dependents?.delete(uid)
      if (dependents?.size !== 0) continue
      this.#dependents.delete(owner.uid)
      this.#ended.delete(owner.uid)
    }
    this.#objects.delete(uid)
  }
}
