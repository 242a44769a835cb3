import { isRecord } from '../../util/is-record.ts'
import type { Closable } from '../../util/scope.ts'
import { customKind } from '../schema/custom/custom-kind.ts'
import { timestamp } from './deletion.ts'
import type { ObjectStore, RecordedChange, ResourceName, StoredObject } from './object-store.ts'

const definitions = 'customresourcedefinitions.apiextensions.k8s.io'
const cleanup = 'customresourcecleanup.apiextensions.k8s.io'

/** Serves the kinds of CustomResourceDefinitions from their creation on, and removes their objects at their end. */
export function serveCustomKinds(store: ObjectStore, now: () => Date): void {
  store.watch(definitions, change => {
    if (change.type === 'DELETED') store.kinds.delete(change.object.metadata.name)
    else if (change.object.metadata.deletionTimestamp !== undefined) finish(store, change.object)
    else serve(store, change, now)
  })
}

/** Tells when a kind of a CustomResourceDefinition is no more. */
export function onKindGone(store: ObjectStore, resource: ResourceName, listener: () => void): Closable {
  return store.watch(definitions, ({ type, object }) => {
    if (type === 'DELETED' && object.metadata.name === resource) listener()
  })
}

function serve(store: ObjectStore, { object, type }: RecordedChange, now: () => Date): void {
  store.kinds.set(customKind(object))
  const { name, finalizers = [] } = object.metadata
  // Whoever replaces a definition may leave it out; without it the objects would stay.
  if (!finalizers.includes(cleanup)) {
    store.update(definitions, name, undefined, current => ({
      ...current,
      metadata: { ...current.metadata, finalizers: [...(current.metadata.finalizers ?? []), cleanup] },
    }))
  }
  if (type !== 'ADDED') return
  const lastTransitionTime = timestamp(now())
  const condition = (type: string, reason: string, message: string) => ({
    type,
    status: 'True',
    lastTransitionTime,
    reason,
    message,
  })
  store.update(
    definitions,
    name,
    undefined,
    current => ({
      ...current,
      status: {
        conditions: [
          condition('NamesAccepted', 'NoConflicts', 'no conflicts found'),
          condition('Established', 'InitialNamesAccepted', 'the initial names have been accepted'),
        ],
        acceptedNames: isRecord(current.spec) ? current.spec.names : {},
        storedVersions: storedVersions(current),
      },
    }),
    'status',
  )
}

function storedVersions({ spec }: StoredObject): unknown[] {
  const versions = isRecord(spec) && Array.isArray(spec.versions) ? spec.versions : []
  return versions
    .filter(version => isRecord(version) && version.storage === true)
    .map(version => version.name)
}

/** Removes the objects of a kind that goes; when the last one has gone, the kind goes too. */
function finish(store: ObjectStore, definition: StoredObject): void {
  const { name, finalizers } = definition.metadata
  if (!finalizers?.includes(cleanup)) return
  const complete = () => {
    if (store.list(name).length > 0) return false
    store.update(definitions, name, undefined, current => ({
      ...current,
      metadata: {
        ...current.metadata,
        finalizers: (current.metadata.finalizers ?? []).filter(one => one !== cleanup),
      },
    }))
    return true
  }
  if (complete()) return
  const watch = store.watch(name, () => {
    if (complete()) void watch.close()
  })
  for (const { metadata } of store.list(name)) store.delete(name, metadata.name, metadata.namespace)
}
