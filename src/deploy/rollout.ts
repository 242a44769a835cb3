import type { AppliedWorkload, Pod, Rollout } from '../model/rollout.ts'
import type { ObservedPod } from './observed-pod.ts'
import type { PodObject } from './pod-object.ts'
import { byAge, describePod, templateOf } from './pods.ts'
import type { Trouble } from './trouble/trouble.ts'
import { assessWorkload, type Sight, type WorkloadProgress } from './workload-progress.ts'
import { ownsPod, workloadTypeOf } from './workloads.ts'

export interface Assessment {
  readonly rollout: Rollout
  /** What waits for the cluster, so that standing still for long is a failure. */
  readonly waiting?: AppliedWorkload
  /** When time alone may change the rollout, in ms since 1970. */
  readonly changesAt?: number
}

/** How far a service's newest apply has come. Pure, and quick enough for every event. */
export function assessRollout(sight: Sight): Assessment {
  const all = sight.workloads
    .filter(workload => workloadTypeOf(workload) !== undefined)
    .map(workload => ({ workload, progress: assessWorkload(workload, sight) }))
  const waiting = all.filter(({ progress }) => !progress.isDone)
  const troubled = waiting.filter(({ progress }) => progress.trouble)
  const worst = troubled.find(({ progress }) => progress.trouble?.isFatal) ?? troubled[0]
  const failure = worst?.progress.trouble && locate(worst.progress.trouble.failure, worst.workload)
  const changes = waiting.flatMap(({ progress }) => progress.changesAt ?? [])
  const rollout: Rollout = {
    phase: phaseOf(all.map(({ progress }) => progress)),
    wanted: all.reduce((sum, { progress }) => sum + progress.wanted, 0),
    ready: all.reduce((sum, { progress }) => sum + progress.ready, 0),
    pods: describePods(sight.workloads, sight.pods),
    ...(failure && { failure }),
  }
  const stalling = waiting.find(({ progress }) => !progress.isWorking)
  const late = waiting.find(({ progress }) => progress.isPastDeadline)
  return {
    rollout: late ? failStalled(rollout, late.workload, 'within its progressDeadlineSeconds') : rollout,
    ...(stalling && { waiting: stalling.workload }),
    ...(changes.length > 0 && { changesAt: Math.min(...changes) }),
  }
}

/**
 * A rollout that stands still for too long has failed: for what troubles it, or for no reason that is known.
 *
 * @param during how long it may take, such as `within 120 s`
 */
export function failStalled(rollout: Rollout, workload: AppliedWorkload, during: string): Rollout {
  if (rollout.phase !== 'progressing') return rollout
  const { ready, wanted } = rollout
  const waiting = rollout.pods.filter(pod => pod.isNew && !pod.isReady && !pod.isTerminating)
  const [first] = waiting
  const subject = first ? `pod -n ${first.namespace} ${first.name}` : describeWorkload(workload)
  const failure = locate(
    {
      code: 'rollout/stalled',
      message: `${ready} of ${wanted} pods ${wanted === 1 ? 'is' : 'are'} ready, and no more have become so ${during}.`,
      why: first
        ? waiting.map(pod => `${pod.name}: ${pod.word}`).join('; ')
        : `The cluster has made no new pod of ${workload.kind}/${workload.name}.`,
      cure: `"kubectl describe ${subject}" shows what the cluster says of it.`,
    },
    workload,
  )
  return { ...rollout, phase: 'failed', failure: rollout.failure ?? failure }
}

/** Newest first. */
export function describePods(
  workloads: readonly AppliedWorkload[],
  pods: readonly ObservedPod[],
): readonly Pod[] {
  return pods
    .map(({ object }) => object)
    .sort(byAge)
    .map(pod => describePod(pod, isNew(pod, workloads)))
}

function isNew(pod: PodObject, workloads: readonly AppliedWorkload[]): boolean {
  const owner = workloads.find(workload => ownsPod(workload, pod))
  // A CronJob's pods belong to Jobs that nobody applied.
  const candidates = owner ? [owner] : workloads
  return candidates.some(({ template }) => template === templateOf(pod))
}

function phaseOf(all: readonly WorkloadProgress[]): Rollout['phase'] {
  if (all.length === 0) return 'none'
  if (all.every(({ isDone }) => isDone)) return 'ready'
  return all.some(({ trouble }) => trouble?.isFatal) ? 'failed' : 'progressing'
}

function locate(
  failure: Trouble['failure'],
  { kind, name, source }: AppliedWorkload,
): NonNullable<Rollout['failure']> {
  return { ...failure, at: { file: source.file, line: source.line, object: `${kind}/${name}` } }
}

function describeWorkload({ kind, namespace, name }: AppliedWorkload): string {
  return `${kind.toLowerCase()} -n ${namespace} ${name}`
}
