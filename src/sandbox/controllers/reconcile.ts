import type { Closable } from '../../util/scope.ts'
import type { KindStore, Kinds } from '../kinds/kind-store.ts'
import { controllerOf } from '../kinds/owner.ts'
import { type NextLook, WorkQueue } from '../kinds/work-queue.ts'
import type { StoredObject } from '../store/object-store.ts'

interface Reconciler<R extends keyof Kinds> {
  /** What is brought to where its definition wants it. */
  readonly resource: R
  /** As `kind` says in references of owners. */
  readonly kind: string
  /** Kinds that it makes: their changes are looked at together with it. */
  readonly makes?: readonly (keyof Kinds)[]
  /** Other kinds that it goes by, and which objects a change of theirs concerns. */
  readonly alsoOn?: readonly {
    readonly resource: keyof Kinds
    readonly keys: (object: StoredObject) => readonly string[]
  }[]
  /** Looks at one object that is there. Says when to look again though nothing has changed. */
  reconcile(object: Kinds[R]): NextLook
  /** The object is gone. */
  onGone?(name: string, namespace: string | undefined): void
}

/** Looks at each object of a kind whenever it, or what it made, has changed: at most once a turn. */
export function startReconciler<R extends keyof Kinds>(
  store: KindStore,
  reconciler: Reconciler<R>,
): Closable {
  const { resource, kind, makes = [], alsoOn = [] } = reconciler
  const queue = new WorkQueue(key => {
    const { name, namespace } = parseKey(key)
    const object = store.get(resource, name, namespace)
    if (object) return reconciler.reconcile(object)
    reconciler.onGone?.(name, namespace)
    return undefined
  })

  const addOwner = (object: StoredObject | undefined) => {
    const owner = object && controllerOf(object)
    if (owner?.kind === kind) queue.add(keyOf({ name: owner.name, namespace: object?.metadata.namespace }))
  }
  const watches = [
    store.watch(resource, ({ object }) => queue.add(keyOf(object.metadata))),
    ...makes.map(made =>
      store.watch(made, ({ object, previous }) => {
        addOwner(object)
        addOwner(previous)
        if (!controllerOf(object)) addWhoCouldTake(object)
      }),
    ),
    ...alsoOn.map(other =>
      store.watch(other.resource, ({ object }) => {
        for (const key of other.keys(object)) queue.add(key)
      }),
    ),
  ]
  for (const object of store.list(resource)) queue.add(keyOf(object.metadata))

  /** What nobody owns may be taken over by one whose selector matches it. */
  function addWhoCouldTake(orphan: StoredObject): void {
    for (const object of store.list(resource, orphan.metadata.namespace)) queue.add(keyOf(object.metadata))
  }

  return {
    close() {
      for (const watch of watches) watch.close()
      queue.close()
    },
  }
}

export function keyOf({ name, namespace }: { name: string; namespace?: string | undefined }): string {
  return namespace === undefined ? name : `${namespace}/${name}`
}

function parseKey(key: string): { readonly name: string; readonly namespace: string | undefined } {
  const slash = key.indexOf('/')
  return slash < 0
    ? { name: key, namespace: undefined }
    : { name: key.slice(slash + 1), namespace: key.slice(0, slash) }
}
