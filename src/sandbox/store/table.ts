import type { StoredObject } from './object-store.ts'

/** The objects of one kind. */
export class ObjectTable {
  readonly #objects = new Map<string, StoredObject>()
  #sorted: readonly StoredObject[] | undefined

  get(name: string, namespace?: string): StoredObject | undefined {
    return this.#objects.get(keyOf(name, namespace))
  }

  /** In the order of their namespaces and names. */
  list(namespace?: string): readonly StoredObject[] {
    this.#sorted ??= [...this.#objects].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object)
    if (namespace === undefined) return this.#sorted
    return this.#sorted.filter(({ metadata }) => metadata.namespace === namespace)
  }

  set(object: StoredObject): void {
    this.#objects.set(keyOf(object.metadata.name, object.metadata.namespace), object)
    this.#sorted = undefined
  }

  delete({ metadata }: StoredObject): void {
    this.#objects.delete(keyOf(metadata.name, metadata.namespace))
    this.#sorted = undefined
  }
}

/** NUL comes before all that names have, so the order of keys is that of namespaces, then of names. */
function keyOf(name: string, namespace = ''): string {
  return `${namespace}\0${name}`
}
