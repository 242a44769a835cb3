import type { KindStore, Kinds } from '../kinds/kind-store.ts'
import { controllerOf, controllerReference } from '../kinds/owner.ts'
import { type LabelSelector, matchesSelector } from '../kinds/selector.ts'
import type { StoredObject } from '../store/object-store.ts'

interface Selecting extends StoredObject {
  readonly spec: { readonly selector: LabelSelector }
}

/**
 * The objects of a kind that the owner acts on. Takes those that its selector matches and nobody owns, and lets those go that
 * it no longer matches: so a pod whose labels are changed is set aside, and a workload that is made anew finds its pods.
 */
export function claim<R extends keyof Kinds>(
  store: KindStore,
  resource: R,
  owner: Selecting,
): readonly Kinds[R][] {
  return store.list(resource, owner.metadata.namespace).flatMap(object => {
    const { name, namespace, labels, deletionTimestamp, ownerReferences = [] } = object.metadata
    const matches = matchesSelector(owner.spec.selector, labels)
    const controller = controllerOf(object)
    const isOwn = controller?.uid === owner.metadata.uid
    if (isOwn && matches) return [object]
    const isFree = !controller && deletionTimestamp === undefined
    const mayTake = isFree && matches && owner.metadata.deletionTimestamp === undefined
    if (!isOwn && !mayTake) return []
    const owners = isOwn
      ? ownerReferences.filter(reference => reference !== controller)
      : [...ownerReferences, controllerReference(owner)]
    const written = store.update(resource, name, namespace, current => {
      const { ownerReferences: _, ...metadata } = current.metadata
      return { ...current, metadata: { ...metadata, ...(owners.length > 0 && { ownerReferences: owners }) } }
    })
    return written.ok && mayTake ? [written.value] : []
  })
}
