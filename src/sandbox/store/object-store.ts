import type { Result } from '../../model/result.ts'
import type { Closable } from '../../util/scope.ts'

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

export interface DeleteOptions {
  readonly propagation?: 'Background' | 'Foreground' | 'Orphan'
  /** Of pods; 0 removes at once. */
  readonly gracePeriodSeconds?: number
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string }
}

/**
 * All objects of the cluster, in memory. Everything is synchronous: between a read and a write of the same turn nothing
 * comes in between, so nobody has to try again. Every write is admitted first (defaults, validation): a controller's as a
 * user's.
 */
export interface ObjectStore {
  get(resource: ResourceName, name: string, namespace?: string): StoredObject | undefined
  /** In the order of their names. */
  list(resource: ResourceName, namespace?: string): readonly StoredObject[]
  create(resource: ResourceName, object: NewObject): StoreResult<StoredObject>
  /**
   * Writes what `change` makes of the newest version; the same object or undefined writes nothing. Of kinds with a status as
   * a part of its own only the rest, or with `part: 'status'` only that, is written.
   */
  update(
    resource: ResourceName,
    name: string,
    namespace: string | undefined,
    change: (object: StoredObject) => StoredObject | undefined,
    part?: 'status',
  ): StoreResult<StoredObject>
  /**
   * Begins a deletion: with finalizers, or for a pod with a grace period, the object gets a `deletionTimestamp` and stays
   * until they are gone, or for the pod until it is deleted with a grace period of 0.
   */
  delete(
    resource: ResourceName,
    name: string,
    namespace: string | undefined,
    options?: DeleteOptions,
  ): StoreResult<StoredObject>
  /** Hears of every change of a kind, in order, after it was made and before `create`, `update` or `delete` return. */
  watch(resource: ResourceName, listener: (change: ObjectChange) => void): Closable
}
