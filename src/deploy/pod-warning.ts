import type { KubeObject } from '../model/kube.ts'

/** A Warning event of a pod: the kubelet's or the scheduler's own words. */
export interface PodWarning {
  /** `metadata.uid` of the pod. */
  readonly pod: string
  /** Absent where the pod as a whole is meant. */
  readonly container?: string
  readonly reason: string
  readonly message: string
  /** How often it happened; the API counts a repetition instead of adding an event. */
  readonly count: number
  /** When it last happened by the cluster's clock, in ms since 1970; 0 where it is not said. */
  readonly lastSeen: number
}

/** More than any message that the kubelet writes on purpose; container runtimes can be verbose. */
const maxMessageLength = 2_000

export function readWarning(event: KubeObject): PodWarning {
  const { involvedObject, reason, message, count, lastTimestamp, eventTime, series } = event as EventObject
  const container = /\{(.+)\}$/.exec(involvedObject.fieldPath ?? '')?.[1]
  return {
    pod: involvedObject.uid ?? '',
    ...(container !== undefined && { container }),
    reason: reason ?? '',
    message: (message ?? '').slice(0, maxMessageLength),
    count: series?.count ?? count ?? 1,
    lastSeen: Date.parse(series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? '') || 0,
  }
}

/** core/v1 Event. Reporters of the newer events API leave `count` and `lastTimestamp` null and fill `series`. */
interface EventObject extends KubeObject {
  involvedObject: { uid?: string; fieldPath?: string }
  reason?: string
  message?: string
  count?: number | null
  lastTimestamp?: string | null
  eventTime?: string | null
  series?: { count: number; lastObservedTime: string } | null
}
