import { describeObject } from '../model/kube.ts'
import type { AppliedWorkload } from '../model/rollout.ts'
import { type ObservedPod, readyFrom } from './observed-pod.ts'
import type { PodObject } from './pod-object.ts'
import { isTerminating, templateOf } from './pods.ts'
import { findCrash } from './trouble/crash.ts'
import type { Trouble } from './trouble/trouble.ts'
import { explainJobEnd, explainRefusal, explainStuckPod } from './workload-trouble.ts'
import {
  endOf,
  isCurrent,
  isPastDeadline,
  keepsOldPod,
  ownsPod,
  refusalOf,
  replacesInOrder,
  type WorkloadObject,
  wantedPods,
} from './workloads.ts'

/** All that is known of a service at one moment. */
export interface Sight {
  readonly workloads: readonly AppliedWorkload[]
  /** All pods of the service, in any order. */
  readonly pods: readonly ObservedPod[]
  /** The workload as it is in the cluster. */
  readonly live: (workload: AppliedWorkload) => WorkloadObject | undefined
  /**
   * What keeps a pod from becoming ready; `undefined` also while that is being found out. Asked only of pods that
   * matter and are not ready.
   */
  readonly diagnose: (pod: PodObject) => Trouble | undefined
  /** Ms since 1970. */
  readonly now: number
}

export interface WorkloadProgress {
  /** It has all it wants: new and ready. */
  readonly isDone: boolean
  readonly wanted: number
  readonly ready: number
  readonly trouble?: { readonly failure: Trouble['failure']; readonly isFatal: boolean }
  /** It is not waiting for the cluster but at work, for as long as that takes. */
  readonly isWorking?: boolean
  readonly isPastDeadline?: boolean
  /** When time alone may change this, in ms since 1970. */
  readonly changesAt?: number
}

export function assessWorkload(workload: AppliedWorkload, sight: Sight): WorkloadProgress {
  const owned = sight.pods.filter(({ object }) => ownsPod(workload, object))
  if (workload.kind === 'Pod') return assessPod(workload, owned, sight)
  const live = sight.live(workload)
  const wanted = live && wantedPods(live)
  if (!live || wanted === undefined || !isCurrent(workload, live)) {
    return { isDone: false, wanted: wanted ?? 0, ready: 0 }
  }
  return workload.kind === 'Job'
    ? assessJob(workload, live, wanted, owned, sight)
    : assessReplicas(workload, live, wanted, owned, sight)
}

function assessReplicas(
  workload: AppliedWorkload,
  live: WorkloadObject,
  wanted: number,
  owned: readonly ObservedPod[],
  sight: Sight,
): WorkloadProgress {
  const counts = ({ object }: ObservedPod) =>
    templateOf(object) === workload.template || keepsOldPod(live, object)
  const counted = owned.filter(counts)
  const ready = Math.min(wanted, counted.filter(pod => isReady(pod, sight.now)).length)
  if (ready === wanted) return { isDone: true, wanted, ready }
  const refusal = refusalOf(live)
  const refused = refusal !== undefined && {
    trouble: { failure: explainRefusal(describeObject(live), refusal), isFatal: true },
  }
  const blocking = replacesInOrder(live) ? owned.filter(pod => !counts(pod)) : []
  return {
    isDone: false,
    wanted,
    ready,
    isPastDeadline: isPastDeadline(live),
    ...watchPods([...byName(blocking), ...byName(counted)], sight, (pod, failure) =>
      blocking.includes(pod) ? explainStuckPod(pod.object, failure) : failure,
    ),
    ...refused,
  }
}

function assessJob(
  workload: AppliedWorkload,
  live: WorkloadObject,
  wanted: number,
  owned: readonly ObservedPod[],
  sight: Sight,
): WorkloadProgress {
  const end = endOf(live)
  if (end?.succeeded || wanted === 0) return { isDone: true, wanted, ready: wanted }
  const pods = owned.filter(({ object }) => templateOf(object) === workload.template)
  const watched = watchPods(byName(pods), sight)
  const ready = Math.min(wanted, live.status?.succeeded ?? 0)
  const isBeingRead = !watched.trouble && pods.some(({ object }) => findCrash(object))
  if (!end || isBeingRead) {
    return { isDone: false, wanted, ready, isWorking: pods.some(isRunning), ...watched }
  }
  const failure = explainJobEnd(workload.name, end.reason, pods.length, watched.trouble?.failure)
  return { isDone: false, wanted, ready, trouble: { failure, isFatal: true } }
}

/** A pod that no workload owns: it is never replaced, and may end well. */
function assessPod(workload: AppliedWorkload, owned: readonly ObservedPod[], sight: Sight): WorkloadProgress {
  const pods = owned.filter(({ object }) => templateOf(object) === workload.template)
  const isDone = pods.some(pod => isReady(pod, sight.now) || pod.object.status?.phase === 'Succeeded')
  return isDone
    ? { isDone, wanted: 1, ready: 1 }
    : { isDone, wanted: 1, ready: 0, ...watchPods(byName(pods), sight) }
}

/**
 * What troubles the pods that are not ready, and when that may change. What does not go away comes first, then the
 * trouble of the first pod.
 */
function watchPods(
  pods: readonly ObservedPod[],
  sight: Sight,
  explain: (pod: ObservedPod, failure: Trouble['failure']) => Trouble['failure'] = (_, failure) => failure,
): Pick<WorkloadProgress, 'trouble' | 'changesAt'> {
  const { now } = sight
  const times: number[] = []
  const troubles: { failure: Trouble['failure']; isFatal: boolean }[] = []
  for (const pod of pods) {
    if (isReady(pod, now) || isTerminating(pod.object)) continue
    times.push(readyFrom(pod) ?? now)
    const trouble = sight.diagnose(pod.object)
    if (!trouble) continue
    const [saidAt, fatalAt] = [pod.seenAt + trouble.saidAfter, pod.seenAt + trouble.fatalAfter]
    times.push(saidAt, fatalAt)
    const failure = explain(pod, trouble.failure)
    if (now >= saidAt) troubles.push({ failure, isFatal: now >= fatalAt })
  }
  const changesAt = Math.min(...times.filter(time => time > now))
  const trouble = troubles.find(({ isFatal }) => isFatal) ?? troubles[0]
  return { ...(trouble && { trouble }), ...(Number.isFinite(changesAt) && { changesAt }) }
}

/** Of several pods with a trouble the same one is named each time. */
function byName(pods: readonly ObservedPod[]): readonly ObservedPod[] {
  return pods.toSorted((a, b) => (a.object.metadata.name < b.object.metadata.name ? -1 : 1))
}

function isReady(pod: ObservedPod, now: number): boolean {
  return (readyFrom(pod) ?? Number.POSITIVE_INFINITY) <= now
}

function isRunning({ object }: ObservedPod): boolean {
  return object.status?.phase === 'Running'
}
