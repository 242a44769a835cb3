import type { Closable } from '../../util/scope.ts'
import { type Condition, setCondition } from '../kinds/conditions.ts'
import { kindStore } from '../kinds/kind-store.ts'
import { WorkQueue } from '../kinds/work-queue.ts'
import type { ObjectStore, ResourceName, StoredObject } from '../store/object-store.ts'
import { watchAllKinds } from './all-kinds.ts'

/** Deletes all that is in a namespace that is to go, and lets it go when nothing is left. */
export function startNamespaces(store: ObjectStore): Closable {
  const queue = new WorkQueue(name => {
    const namespace = store.get('namespaces', name)
    if (namespace?.metadata.deletionTimestamp !== undefined) empty(store, namespace)
    return undefined
  })
  const watch = watchAllKinds(store, (resource, { type, object }) => {
    const { name, namespace, deletionTimestamp } = object.metadata
    if (resource === 'namespaces' && type === 'MODIFIED' && deletionTimestamp !== undefined) queue.add(name)
    if (namespace !== undefined && type === 'DELETED') queue.add(namespace)
  })
  return {
    close() {
      watch.close()
      queue.close()
    },
  }
}

function empty(store: ObjectStore, namespace: StoredObject): void {
  const { name } = namespace.metadata
  for (const { resource, object } of contentOf(store, name)) {
    if (object.metadata.deletionTimestamp === undefined)
      store.delete(resource, object.metadata.name, name, { propagation: 'Background' })
  }
  const left = contentOf(store, name)
  if (left.length > 0) {
    tell(store, name, left)
    return
  }
  store.update('namespaces', name, undefined, current => ({ ...current, spec: { finalizers: [] } }))
}

interface Content {
  readonly resource: ResourceName
  readonly object: StoredObject
}

function contentOf(store: ObjectStore, namespace: string): readonly Content[] {
  return store.kinds
    .all()
    .filter(({ isNamespaced }) => isNamespaced)
    .flatMap(({ resource }) => store.list(resource, namespace).map(object => ({ resource, object })))
}

/** Why it is there still: what somebody reads who waits for it. */
function tell(store: ObjectStore, name: string, left: readonly Content[]): void {
  const resources = countBy(left.map(({ resource }) => resource))
  const finalizers = countBy(left.flatMap(({ object }) => object.metadata.finalizers ?? []))
  const list = (counts: ReadonlyMap<string, number>, what: (name: string, count: number) => string) =>
    [...counts].map(([key, count]) => what(key, count)).join(', ')
  const remaining: Condition = {
    type: 'NamespaceContentRemaining',
    status: 'True',
    reason: 'SomeResourcesRemain',
    message: `Some resources are remaining: ${list(resources, (key, count) => `${key} has ${count} resource instances`)}`,
  }
  const held: Condition = {
    type: 'NamespaceFinalizersRemaining',
    status: 'True',
    reason: 'SomeFinalizersRemain',
    message: `Some content in the namespace has finalizers remaining: ${list(finalizers, (key, count) => `${key} in ${count} resource instances`)}`,
  }
  kindStore(store).update(
    'namespaces',
    name,
    undefined,
    current => {
      const conditions = setCondition(current.status?.conditions, remaining)
      return {
        ...current,
        status: {
          ...current.status,
          conditions: finalizers.size > 0 ? setCondition(conditions, held) : conditions,
        },
      }
    },
    'status',
  )
}

function countBy(values: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return counts
}
