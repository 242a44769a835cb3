import { isDeepStrictEqual } from 'node:util'
import { fail, ok } from '../../model/result.ts'
import type { Closable } from '../../util/scope.ts'
import { admit } from '../schema/admit.ts'
import { type Kind, Kinds, storedVersion } from '../schema/kind.ts'
import { serveCustomKinds } from './custom-kinds.ts'
import { isReadyToGo, markDeleted } from './deletion.ts'
import { History } from './history.ts'
import { keptMetadata, newMetadata } from './metadata.ts'
import { addFirstNamespaces, refuseDeletion, refuseInNamespace } from './namespaces.ts'
import type {
  DeleteOptions,
  NewObject,
  ObjectChange,
  ObjectStore,
  RecordedChange,
  ResourceName,
  StatusError,
  StoredObject,
  StoreResult,
  WriteOptions,
} from './object-store.ts'
import { addressService } from './service-addresses.ts'
import { alreadyExists, conflict, invalid, notFound } from './status-errors.ts'
import { ObjectTable } from './table.ts'

export interface StoreOptions {
  /** For creation and deletion times. */
  readonly now?: () => Date
}

/** An empty cluster: only the namespaces that every cluster has are in it. */
export function createStore({ now = () => new Date() }: StoreOptions = {}): ObjectStore {
  const store = new MemoryStore(now)
  addFirstNamespaces(store)
  serveCustomKinds(store, now)
  return store
}

class MemoryStore implements ObjectStore {
  readonly kinds = new Kinds()
  readonly #now: () => Date
  readonly #tables = new Map<ResourceName, ObjectTable>()
  readonly #history: History
  readonly #listeners = new Map<ResourceName, Set<(change: RecordedChange) => void>>()
  /** Changes that are made, and that not everybody has heard of yet. */
  readonly #news: { readonly resource: ResourceName; readonly change: RecordedChange }[] = []
  #isTelling = false
  #version: number

  constructor(now: () => Date) {
    this.#now = now
    // Above those of every cluster that was here before: a client that comes back with one of these lists again.
    this.#version = now().getTime()
    this.#history = new History(this.#version)
  }

  get version(): number {
    return this.#version
  }

  get(resource: ResourceName, name: string, namespace?: string): StoredObject | undefined {
    return this.#tables.get(resource)?.get(name, namespace)
  }

  list(resource: ResourceName, namespace?: string): readonly StoredObject[] {
    return this.#tables.get(resource)?.list(namespace) ?? []
  }

  create(
    resource: ResourceName,
    object: NewObject,
    { isDryRun = false }: WriteOptions = {},
  ): StoreResult<StoredObject> {
    const kind = this.kinds.get(resource)
    if (!kind) return fail(unknownResource(resource))
    const metadata = newMetadata(kind, object, this.#now())
    const refusal = refuseInNamespace(this, kind, metadata)
    if (refusal) return fail(refusal)
    const named: StoredObject = { ...object, apiVersion: storedVersion(kind).apiVersion, metadata }
    const admitted = this.#admit(kind, named, undefined)
    if (!admitted.ok) return admitted
    if (this.get(resource, metadata.name, metadata.namespace)) return fail(alreadyExists(kind, metadata.name))
    return isDryRun ? admitted : ok(this.#write(kind, { type: 'ADDED', object: admitted.value }))
  }

  update(
    resource: ResourceName,
    name: string,
    namespace: string | undefined,
    change: (object: StoredObject) => StoredObject | undefined,
    part?: 'status',
    { isDryRun = false }: WriteOptions = {},
  ): StoreResult<StoredObject> {
    const kind = this.kinds.get(resource)
    if (!kind) return fail(unknownResource(resource))
    const previous = this.get(resource, name, namespace)
    if (!previous) return fail(notFound(kind, name))
    const changed = change(previous)
    if (!changed || changed === previous) return ok(previous)
    const next = partOf(kind, changed, previous, part)
    const admitted = this.#admit(kind, next, previous)
    if (!admitted.ok) return admitted
    if (isDeepStrictEqual(admitted.value, previous)) return ok(previous)
    const object = withGeneration(kind, admitted.value, previous)
    if (isDryRun) return ok(object)
    if (isReadyToGo(kind, object)) return ok(this.#remove(kind, object))
    return ok(this.#write(kind, { type: 'MODIFIED', object, previous }))
  }

  delete(
    resource: ResourceName,
    name: string,
    namespace: string | undefined,
    options: DeleteOptions = {},
  ): StoreResult<StoredObject> {
    const kind = this.kinds.get(resource)
    if (!kind) return fail(unknownResource(resource))
    const object = this.get(resource, name, namespace)
    if (!object) return fail(notFound(kind, name))
    const refusal = refuseDeletion(kind, object) ?? checkPreconditions(kind, object, options)
    if (refusal) return fail(refusal)
    const marked = markDeleted(kind, object, options, this.#now())
    if (options.isDryRun || marked === object) return ok(marked ?? object)
    if (!marked) return ok(this.#remove(kind, object))
    return ok(this.#write(kind, { type: 'MODIFIED', object: marked, previous: object }))
  }

  watch(resource: ResourceName, listener: (change: RecordedChange) => void): Closable {
    const listeners = this.#listeners.get(resource) ?? new Set()
    this.#listeners.set(resource, listeners)
    listeners.add(listener)
    return { close: () => void listeners.delete(listener) }
  }

  changesSince(resource: ResourceName, version: number): readonly RecordedChange[] | undefined {
    return version > this.#version ? undefined : this.#history.since(resource, version)
  }

  #admit(kind: Kind, object: StoredObject, previous: StoredObject | undefined): StoreResult<StoredObject> {
    const placed =
      kind.resource === 'services' ? addressService(this, object, previous) : { object, errors: [] }
    const { value, errors } = admit(kind, placed.object, previous)
    const all = [...placed.errors, ...errors]
    return all.length === 0 ? ok(value) : fail(invalid(kind, object.metadata.name, all))
  }

  #remove(kind: Kind, object: StoredObject): StoredObject {
    const previous = this.get(kind.resource, object.metadata.name, object.metadata.namespace) ?? object
    return this.#write(kind, { type: 'DELETED', object, previous })
  }

  #write(kind: Kind, { type, object, previous }: ObjectChange): StoredObject {
    const version = ++this.#version
    const written = { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } }
    const table = this.#tables.get(kind.resource) ?? new ObjectTable()
    this.#tables.set(kind.resource, table)
    if (type === 'DELETED') table.delete(written)
    else table.set(written)
    const change: RecordedChange = { type, object: written, version, ...(previous && { previous }) }
    this.#history.add(kind.resource, change)
    this.#news.push({ resource: kind.resource, change })
    this.#tell()
    return written
  }

  /** In the order of the changes, though a listener makes another one. Everybody hears of them, though one of them throws. */
  #tell(): void {
    if (this.#isTelling) return
    this.#isTelling = true
    const bugs: unknown[] = []
    for (let news = this.#news.shift(); news; news = this.#news.shift()) {
      for (const listener of [...(this.#listeners.get(news.resource) ?? [])]) {
        try {
          listener(news.change)
        } catch (error) {
          bugs.push(error)
        }
      }
    }
    this.#isTelling = false
    if (bugs.length > 0) throw bugs[0]
  }
}

function unknownResource(resource: ResourceName): StatusError {
  return { code: 404, reason: 'NotFound', message: `the server doesn't have a resource type "${resource}"` }
}

/** What is written of a change: all but the status, or only that. */
function partOf(
  kind: Kind,
  changed: StoredObject,
  previous: StoredObject,
  part: 'status' | undefined,
): StoredObject {
  if (part === 'status') {
    const { managedFields } = changed.metadata
    const metadata = managedFields ? { ...previous.metadata, managedFields } : previous.metadata
    return { ...previous, metadata, status: changed.status }
  }
  const { status, ...rest } = changed
  const kept = storedVersion(kind).hasStatus ? previous.status : status
  return {
    ...rest,
    apiVersion: previous.apiVersion,
    kind: previous.kind,
    metadata: keptMetadata(changed, previous),
    ...(kept !== undefined && { status: kept }),
  }
}

/** Counts a change of anything but metadata and status. */
function withGeneration(kind: Kind, object: StoredObject, previous: StoredObject): StoredObject {
  if (!kind.hasGeneration) return object
  const { metadata, status: _, ...wanted } = object
  const { metadata: _previous, status: _status, ...before } = previous
  if (isDeepStrictEqual(wanted, before)) return object
  return { ...object, metadata: { ...metadata, generation: (previous.metadata.generation ?? 0) + 1 } }
}

function checkPreconditions(
  kind: Kind,
  { metadata }: StoredObject,
  { preconditions: { uid, resourceVersion } = {} }: DeleteOptions,
): StatusError | undefined {
  const differs = (what: string, name: string, wanted: string, found: string) =>
    conflict(
      kind,
      metadata.name,
      `Precondition failed: ${what} in precondition: ${wanted}, ${name} in object meta: ${found}`,
    )
  if (uid !== undefined && uid !== metadata.uid) return differs('UID', 'UID', uid, metadata.uid)
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    return differs('ResourceVersion', 'ResourceVersion', resourceVersion, metadata.resourceVersion)
  }
  return undefined
}
