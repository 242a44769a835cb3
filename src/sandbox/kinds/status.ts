import { isDeepStrictEqual } from 'node:util'
import type { KindStore, Kinds } from './kind-store.ts'

/** Writes a status where it differs from the one that is there; an object that has gone needs none. */
export function writeStatus<R extends keyof Kinds>(
  store: KindStore,
  resource: R,
  object: Kinds[R],
  status: Kinds[R] extends { readonly status?: infer S } ? S : never,
): void {
  const { name, namespace, uid } = object.metadata
  store.update(
    resource,
    name,
    namespace,
    current =>
      current.metadata.uid !== uid || isDeepStrictEqual(current.status, status)
        ? undefined
        : { ...current, status },
    'status',
  )
}

/** A count as an optional field of a status: Kubernetes leaves out what is zero. */
export function nonZero<K extends string>(field: K, count: number): { readonly [field in K]?: number } {
  return (count === 0 ? {} : { [field]: count }) as { readonly [field in K]?: number }
}
