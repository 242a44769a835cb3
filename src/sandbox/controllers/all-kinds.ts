import type { Closable } from '../../util/scope.ts'
import type { ObjectChange, ObjectStore, ResourceName } from '../store/object-store.ts'

const definitions = 'customresourcedefinitions.apiextensions.k8s.io'

/** Hears of every change of every kind, those that come with a CustomResourceDefinition included. */
export function watchAllKinds(
  store: ObjectStore,
  listener: (resource: ResourceName, change: ObjectChange) => void,
): Closable {
  const watches = new Map<ResourceName, Closable>()
  const follow = () => {
    for (const { resource } of store.kinds.all()) {
      if (!watches.has(resource))
        watches.set(
          resource,
          store.watch(resource, change => listener(resource, change)),
        )
    }
  }
  const newKinds = store.watch(definitions, follow)
  follow()
  return {
    close() {
      newKinds.close()
      for (const watch of watches.values()) watch.close()
    },
  }
}
