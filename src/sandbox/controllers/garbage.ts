import type { Closable } from '../../util/scope.ts'
import { WorkQueue } from '../kinds/work-queue.ts'
import type { ObjectStore, OwnerReference, StoredObject } from '../store/object-store.ts'
import { watchAllKinds } from './all-kinds.ts'
import { type Owned, OwnershipIndex } from './ownership-index.ts'

/** Finalizers by which the store says how the dependents of a deleted object are to go. */
const foreground = 'foregroundDeletion'
const orphan = 'orphan'

/**
 * Removes objects whose owners are gone. https://kubernetes.io/docs/concepts/architecture/garbage-collection/
 *
 * - Background: the owner is gone, its dependents are deleted then.
 * - Foreground: the owner stays until the dependents that block it are gone.
 * - Orphan: the dependents forget the owner, and stay.
 */
export function startGarbageCollection(store: ObjectStore): Closable {
  const index = new OwnershipIndex()
  const queue = new WorkQueue(uid => {
    const owned = index.get(uid)
    const object = owned && store.get(owned.resource, owned.name, owned.namespace)
    if (owned && object?.metadata.uid === uid) look(store, index, owned, object)
    return undefined
  })

  const consider = (resource: string, object: StoredObject) => {
    const { uid, ownerReferences, deletionTimestamp } = object.metadata
    index.set(resource, object)
    if (ownerReferences?.length || deletionTimestamp !== undefined) queue.add(uid)
  }
  const watch = watchAllKinds(store, (resource, { type, object }) => {
    if (type !== 'DELETED') {
      consider(resource, object)
      return
    }
    const { uid, ownerReferences = [] } = object.metadata
    index.delete(uid)
    for (const dependent of index.dependentsOf(uid)) queue.add(dependent.uid)
    // An owner may have waited for it.
    for (const owner of ownerReferences) queue.add(owner.uid)
  })
  for (const { resource } of store.kinds.all())
    for (const object of store.list(resource)) consider(resource, object)

  return {
    close() {
      watch.close()
      queue.close()
    },
  }
}

function look(store: ObjectStore, index: OwnershipIndex, owned: Owned, object: StoredObject): void {
  const { uid, deletionTimestamp, finalizers = [] } = object.metadata
  const dependents = index.dependentsOf(uid)
  if (deletionTimestamp !== undefined && finalizers.includes(orphan)) {
    for (const dependent of dependents) forget(store, dependent, [uid])
    removeFinalizer(store, owned, orphan)
    return
  }
  if (deletionTimestamp !== undefined && finalizers.includes(foreground)) {
    for (const dependent of dependents) deleteUnlessHeld(store, index, dependent)
    const isBlocked = index
      .dependentsOf(uid)
      .some(({ owners }) => owners.some(owner => owner.uid === uid && owner.blockOwnerDeletion))
    if (!isBlocked) removeFinalizer(store, owned, foreground)
    return
  }
  if (deletionTimestamp === undefined && owned.owners.length > 0) deleteUnlessHeld(store, index, owned)
}

/** Deletes what has no owner any more; of what has another one only the references to those that are gone. */
function deleteUnlessHeld(store: ObjectStore, index: OwnershipIndex, owned: Owned): void {
  const { resource, name, namespace, uid, owners } = owned
  const object = store.get(resource, name, namespace)
  if (!object || object.metadata.uid !== uid) return
  const states = owners.map(owner => ({ owner, state: stateOf(store, index, owner, namespace) }))
  const isHeld = states.some(({ state }) => state === 'there')
  const left = states.filter(({ state }) => state !== 'there').map(({ owner }) => owner.uid)
  if (isHeld) {
    if (left.length > 0) forget(store, owned, left)
    return
  }
  if (object.metadata.deletionTimestamp !== undefined) return
  const isAwaited = states.some(({ state }) => state === 'waiting') && index.dependentsOf(uid).length > 0
  const isOrphaning = object.metadata.finalizers?.includes(orphan)
  store.delete(resource, name, namespace, {
    ...(!isOrphaning && { propagation: isAwaited ? 'Foreground' : 'Background' }),
    preconditions: { uid },
  })
}

function stateOf(
  store: ObjectStore,
  index: OwnershipIndex,
  { uid, apiVersion, kind }: OwnerReference,
  namespace: string | undefined,
): 'there' | 'gone' | 'waiting' {
  const owner = index.get(uid)
  if (!owner && !index.hasEnded(uid)) {
    // Where nobody can look, nobody can say that it is not there: of a kind that there is not, or in no namespace.
    const known = store.kinds.ofObject(apiVersion, kind)
    if (!known || (known.isNamespaced && namespace === undefined)) return 'there'
  }
  if (owner?.namespace !== undefined && namespace === undefined) return 'there'
  // An owner of another namespace does not count: nobody could see it from here.
  if (!owner || (owner.namespace !== undefined && owner.namespace !== namespace)) return 'gone'
  const { metadata } = store.get(owner.resource, owner.name, owner.namespace) ?? {}
  if (metadata?.uid !== uid) return 'gone'
  const isWaiting = metadata.deletionTimestamp !== undefined && metadata.finalizers?.includes(foreground)
  return isWaiting ? 'waiting' : 'there'
}

function forget(store: ObjectStore, { resource, name, namespace }: Owned, owners: readonly string[]): void {
  store.update(resource, name, namespace, object => {
    const { ownerReferences = [], ...rest } = object.metadata
    const left = ownerReferences.filter(({ uid }) => !owners.includes(uid))
    return { ...object, metadata: { ...rest, ...(left.length > 0 && { ownerReferences: left }) } }
  })
}

function removeFinalizer(store: ObjectStore, { resource, name, namespace }: Owned, finalizer: string): void {
  store.update(resource, name, namespace, object => ({
    ...object,
    metadata: {
      ...object.metadata,
      finalizers: (object.metadata.finalizers ?? []).filter(each => each !== finalizer),
    },
  }))
}
