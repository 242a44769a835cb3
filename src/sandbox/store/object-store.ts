import type { Result } from '../../model/result.ts'
import type { Closable } from '../../util/scope.ts'
import type { Kinds } from '../schema/kind.ts'

/** An object as the API gives it. Never changed in place: who changes it makes a new one. */
export interface StoredObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: ObjectMetadata
  readonly [field: string]: unknown
}

export interface ObjectMetadata {
  readonly name: string
  /** Absent for kinds that belong to no namespace. */
  readonly namespace?: string
  readonly uid: string
  readonly resourceVersion: string
  /** Grows with every change of what is wanted, and not with changes of the status. */
  readonly generation?: number
  readonly creationTimestamp: string
  readonly deletionTimestamp?: string
  readonly deletionGracePeriodSeconds?: number
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly finalizers?: readonly string[]
  readonly ownerReferences?: readonly OwnerReference[]
  readonly [field: string]: unknown
}

export interface OwnerReference {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  readonly uid: string
  readonly controller?: boolean
  readonly blockOwnerDeletion?: boolean
}

/** What is to be created: the store fills in the rest of its metadata. */
export interface NewObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name?: string
    readonly generateName?: string
    readonly namespace?: string
    readonly [field: string]: unknown
  }
  readonly [field: string]: unknown
}

/** A kind by its plural name and group, as kubectl writes it: `pods`, `deployments.apps`. */
export type ResourceName = string

/** An error as the API tells it: the body of a `Status`. */
export interface StatusError {
  /** HTTP. */
  readonly code: number
  /** `NotFound`, `AlreadyExists`, `Conflict`, `Invalid`… */
  readonly reason: string
  readonly message: string
  readonly details?: Readonly<Record<string, unknown>>
}

export type StoreResult<T> = Result<T, StatusError>

export interface ObjectChange {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  /** As it is now; of a deleted one as it was last, with the version of its deletion. */
  readonly object: StoredObject
  /** As it was before. */
  readonly previous?: StoredObject
}

export interface WriteOptions {
  /** Everything is looked at, and nothing is written. */
  readonly isDryRun?: boolean
}

export interface DeleteOptions extends WriteOptions {
  readonly propagation?: 'Background' | 'Foreground' | 'Orphan'
  /** Of pods; 0 removes at once. */
  readonly gracePeriodSeconds?: number
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string }
}

/** A change and the version of the cluster that it made. */
export interface RecordedChange extends ObjectChange {
  readonly version: number
}

/**
 * All objects of the cluster, in memory. Everything is synchronous: between a read and a write of the same turn nothing
 * comes in between, so nobody has to try again. Every write is admitted first (defaults, validation): a controller's as a
 * user's.
 */
export interface ObjectStore {
  /** All kinds that it has, those of CustomResourceDefinitions too. */
  readonly kinds: Kinds
  /** Of the last write: grows by one with each. */
  readonly version: number
  get(resource: ResourceName, name: string, namespace?: string): StoredObject | undefined
  /** In the order of their namespaces and names. */
  list(resource: ResourceName, namespace?: string): readonly StoredObject[]
  create(resource: ResourceName, object: NewObject, options?: WriteOptions): StoreResult<StoredObject>
  /**
   * Writes what `change` makes of the newest version; the same object or undefined writes nothing. Of kinds with a status as
   * a part of its own only the rest, or with `part: 'status'` only that, is written.
   *
   * An object that waits for its deletion goes with its last finalizer; a namespace when `spec.finalizers` is empty too.
   */
  update(
    resource: ResourceName,
    name: string,
    namespace: string | undefined,
    change: (object: StoredObject) => StoredObject | undefined,
    part?: 'status',
    options?: WriteOptions,
  ): StoreResult<StoredObject>
  /**
   * Begins a deletion: with finalizers, or for a pod with a grace period, the object gets a `deletionTimestamp` and stays
   * until they are gone, or for the pod until it is deleted with a grace period of 0. A pod without a node, or that has
   * ended, has no grace period. `propagation` of `Foreground` and `Orphan` become finalizers, which the garbage collector
   * removes. The result is the object as it was last; it is gone if it has no `deletionTimestamp`, or the store has it no more.
   */
  delete(
    resource: ResourceName,
    name: string,
    namespace: string | undefined,
    options?: DeleteOptions,
  ): StoreResult<StoredObject>
  /**
   * Hears of every change of a kind, in order, after it was made and before `create`, `update` or `delete` return; of a
   * change that a listener itself makes, after every listener has heard of the one before.
   */
  watch(resource: ResourceName, listener: (change: RecordedChange) => void): Closable
  /** What happened to a kind after a version, oldest first; undefined if that is no longer known. */
  changesSince(resource: ResourceName, version: number): readonly RecordedChange[] | undefined
}
