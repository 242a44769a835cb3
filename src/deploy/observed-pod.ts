import type { PodObject } from './pod-object.ts'
import { isPodReady, isTerminating } from './pods.ts'
import { findCrash } from './trouble/crash.ts'

/** A pod, and what devloop knows of it besides. Times are this machine's, in ms since 1970. */
export interface ObservedPod {
  readonly object: PodObject
  /** When devloop first saw it. */
  readonly seenAt: number
  /** When its newest version was seen. */
  readonly changedAt: number
}

/** @param before the same pod as it was last seen */
export function observePod(object: PodObject, before: ObservedPod | undefined, now: number): ObservedPod {
  // A list after an interruption shows versions that were seen before.
  const isSame = before?.object.metadata.resourceVersion === object.metadata.resourceVersion
  return { object, seenAt: before?.seenAt ?? now, changedAt: before && isSame ? before.changedAt : now }
}

/** An instance that lived at least this long (ms) had started well: its successor need not prove itself. */
const longestProof = 10_000

/**
 * When a ready pod counts as ready: at once, but after a crash only when it has outlived the instance that crashed.
 * Else a container that crashes a second after its start would be reported as ready before each crash.
 *
 * @returns ms since 1970, which may be to come; `undefined` for a pod that is not ready
 */
export function readyFrom({ object, changedAt }: ObservedPod): number | undefined {
  if (!isPodReady(object) || isTerminating(object)) return undefined
  const crash = findCrash(object)
  if (!crash) return changedAt
  const { startedAt = '', finishedAt = '' } = crash.ended
  const lived = Date.parse(finishedAt) - Date.parse(startedAt) || 0
  // The cluster's times are whole seconds.
  return lived >= longestProof ? changedAt : changedAt + lived + 1_000
}
