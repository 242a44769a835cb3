import type { OwnerReference, StoredObject } from '../store/object-store.ts'

/** The one owner that acts on the object. */
export function controllerOf(object: StoredObject): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find(owner => owner.controller)
}

export function isControlledBy(object: StoredObject, owner: StoredObject): boolean {
  return controllerOf(object)?.uid === owner.metadata.uid
}

/** What an object says of the one that acts on it. */
export function controllerReference(owner: StoredObject): OwnerReference {
  return {
    apiVersion: owner.apiVersion,
    kind: owner.kind,
    name: owner.metadata.name,
    uid: owner.metadata.uid,
    controller: true,
    blockOwnerDeletion: true,
  }
}
