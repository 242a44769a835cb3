import { isRecord } from '../../util/is-record.ts'
import type { Kind } from '../schema/kind.ts'
import type { DeleteOptions, StoredObject } from './object-store.ts'

/** What the finalizers of a propagation policy are called; the garbage collector removes them. */
const propagationFinalizers: Readonly<Record<string, string>> = {
  Foreground: 'foregroundDeletion',
  Orphan: 'orphan',
}

const defaultPodGraceSeconds = 30

/**
 * How an object looks once its deletion was asked for; `undefined`: it goes at once.
 *
 * @param now ISO 8601, in seconds
 */
export function markDeleted(
  kind: Kind,
  object: StoredObject,
  options: DeleteOptions,
  now: Date,
): StoredObject | undefined {
  const { metadata } = object
  const finalizers = finalizersOf(object, options)
  const graceSeconds = kind.resource === 'pods' ? podGraceSeconds(object, options) : 0
  const isFirst = metadata.deletionTimestamp === undefined
  const isShorter = graceSeconds < (metadata.deletionGracePeriodSeconds ?? 0)
  if (!isWaiting(kind, object, finalizers) && graceSeconds === 0) return undefined
  if (!isFirst && !isShorter && finalizers === metadata.finalizers) return object
  const deletion =
    isFirst || isShorter
      ? {
          deletionTimestamp: timestamp(new Date(now.getTime() + graceSeconds * 1_000)),
          deletionGracePeriodSeconds: graceSeconds,
        }
      : {}
  const { finalizers: _, ...rest } = metadata
  const generation = metadata.generation !== undefined && isFirst && { generation: metadata.generation + 1 }
  const marked: StoredObject = {
    ...object,
    metadata: { ...rest, ...generation, ...deletion, ...(finalizers && { finalizers }) },
  }
  if (kind.resource !== 'namespaces') return marked
  return { ...marked, status: { ...(isRecord(object.status) && object.status), phase: 'Terminating' } }
}

/** Whether nothing holds an object any more whose deletion was asked for. */
export function isReadyToGo(kind: Kind, object: StoredObject): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds, finalizers } = object.metadata
  if (deletionTimestamp === undefined || isWaiting(kind, object, finalizers)) return false
  return kind.resource !== 'pods' || deletionGracePeriodSeconds === 0
}

/** As the API writes times: in seconds. */
export function timestamp(time: Date): string {
  return `${time.toISOString().slice(0, -5)}Z`
}

function finalizersOf({ metadata }: StoredObject, { propagation }: DeleteOptions) {
  const { finalizers } = metadata
  if (propagation === undefined) return finalizers
  const wanted = propagationFinalizers[propagation]
  const others = (finalizers ?? []).filter(one => !Object.values(propagationFinalizers).includes(one))
  const next = wanted === undefined ? others : [...others, wanted]
  const isSame = next.length === (finalizers?.length ?? 0) && next.every(one => finalizers?.includes(one))
  return isSame ? finalizers : next
}

function isWaiting(kind: Kind, object: StoredObject, finalizers: readonly string[] | undefined): boolean {
  if (finalizers && finalizers.length > 0) return true
  const { spec } = object
  const held = kind.resource === 'namespaces' && isRecord(spec) ? spec.finalizers : undefined
  return Array.isArray(held) && held.length > 0
}

function podGraceSeconds({ spec, status }: StoredObject, { gracePeriodSeconds }: DeleteOptions): number {
  const { nodeName, terminationGracePeriodSeconds } = isRecord(spec) ? spec : {}
  const { phase } = isRecord(status) ? status : {}
  if (!nodeName || phase === 'Succeeded' || phase === 'Failed') return 0
  return gracePeriodSeconds ?? Number(terminationGracePeriodSeconds ?? defaultPodGraceSeconds)
}
