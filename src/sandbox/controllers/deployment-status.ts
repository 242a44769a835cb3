import {
  type Condition,
  findCondition,
  removeCondition,
  setCondition,
  timestamp,
} from '../kinds/conditions.ts'
import type { EventRecorder } from '../kinds/events.ts'
import type { KindStore } from '../kinds/kind-store.ts'
import { isControlledBy } from '../kinds/owner.ts'
import { nonZero, writeStatus } from '../kinds/status.ts'
import type { Deployment, ReplicaSet } from '../kinds/workloads.ts'
import { maxUnavailableOf } from './deployment-limits.ts'
import type { NewReplicaSet } from './deployment-revisions.ts'

type Status = NonNullable<Deployment['status']>

/** As Kubernetes says "no deadline". */
const noDeadlineSeconds = 2 ** 31 - 1

/**
 * Says how far the rollout is. A person reads it from the conditions:
 * https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#deployment-status
 *
 * @returns when the rollout will be late
 */
export function writeDeploymentStatus(
  store: KindStore,
  events: EventRecorder,
  deployment: Deployment,
  made: NewReplicaSet,
): Date | undefined {
  const { metadata, spec } = deployment
  const replicaSets = store
    .list('replicasets.apps', metadata.namespace)
    .filter(replicaSet => isControlledBy(replicaSet, deployment))
  const newReplicaSet = replicaSets.find(
    replicaSet => replicaSet.metadata.uid === made.replicaSet?.metadata.uid,
  )
  const before = deployment.status ?? {}
  const counts = count(replicaSets, newReplicaSet)
  const { progressing, late } = progress(deployment, before, counts, newReplicaSet, made)
  const withAvailable = setUpdated(before.conditions, available(deployment, counts))
  const withFailure = failure(withAvailable, replicaSets, made)
  const status: Status = {
    ...counts,
    ...(before.collisionCount !== undefined && { collisionCount: before.collisionCount }),
    observedGeneration: metadata.generation ?? 0,
    conditions: progressing
      ? setUpdated(withFailure, progressing)
      : removeCondition(withFailure, 'Progressing'),
  }
  const isNewlyPaused =
    spec.paused && findCondition(before.conditions, 'Progressing')?.reason !== 'DeploymentPaused'
  if (isNewlyPaused) events.normal(deployment, 'DeploymentPaused', 'Deployment is paused')
  writeStatus(store, 'deployments.apps', deployment, status)
  return late
}

function count(replicaSets: readonly ReplicaSet[], newReplicaSet: ReplicaSet | undefined): Status {
  const sum = (field: 'replicas' | 'readyReplicas' | 'availableReplicas') =>
    replicaSets.reduce((total, { status }) => total + (status?.[field] ?? 0), 0)
  const wanted = replicaSets.reduce((total, { spec }) => total + spec.replicas, 0)
  return {
    ...nonZero('replicas', sum('replicas')),
    ...nonZero('updatedReplicas', newReplicaSet?.status?.replicas ?? 0),
    ...nonZero('readyReplicas', sum('readyReplicas')),
    ...nonZero('availableReplicas', sum('availableReplicas')),
    ...nonZero('unavailableReplicas', Math.max(wanted - sum('availableReplicas'), 0)),
  }
}

function available(deployment: Deployment, counts: Status): Condition {
  const isAvailable =
    (counts.availableReplicas ?? 0) >= deployment.spec.replicas - maxUnavailableOf(deployment)
  return isAvailable
    ? {
        type: 'Available',
        status: 'True',
        reason: 'MinimumReplicasAvailable',
        message: 'Deployment has minimum availability.',
      }
    : {
        type: 'Available',
        status: 'False',
        reason: 'MinimumReplicasUnavailable',
        message: 'Deployment does not have minimum availability.',
      }
}

/** The condition `Progressing`, and when it will be too late for it. */
function progress(
  deployment: Deployment,
  before: Status,
  counts: Status,
  newReplicaSet: ReplicaSet | undefined,
  made: NewReplicaSet,
): { readonly progressing?: Condition | undefined; readonly late?: Date | undefined } {
  const { spec, metadata } = deployment
  const seconds = spec.progressDeadlineSeconds ?? noDeadlineSeconds
  if (seconds === noDeadlineSeconds) return {}
  const old = findCondition(before.conditions, 'Progressing')
  if (spec.paused) return { progressing: condition('Unknown', 'DeploymentPaused', 'Deployment is paused') }
  if (old?.reason === 'DeploymentPaused')
    return {
      progressing: condition('Unknown', 'DeploymentResumed', 'Deployment is resumed'),
      late: new Date(),
    }
  if (made.failure !== undefined && !newReplicaSet)
    return { progressing: condition('False', 'ReplicaSetCreateError', made.failure) }

  const subject = newReplicaSet
    ? `ReplicaSet "${newReplicaSet.metadata.name}"`
    : `Deployment "${metadata.name}"`
  if (isComplete(deployment, counts)) {
    // Once it is through, pods that come and go later are no rollout.
    return {
      progressing: condition('True', 'NewReplicaSetAvailable', `${subject} has successfully progressed.`),
    }
  }
  if (made.isMade)
    return asLateAs(
      condition('True', 'NewReplicaSetCreated', `Created new replica set "${newReplicaSet?.metadata.name}"`),
    )
  const isSameRollout = old?.message?.startsWith(subject) ?? false
  const wasComplete = old?.reason === 'NewReplicaSetAvailable' && isSameRollout
  if (wasComplete && counts.replicas === counts.updatedReplicas) return { progressing: old }
  const isNewRollout = old?.reason === 'NewReplicaSetAvailable' && !isSameRollout
  if (!old || isNewRollout || hasAdvanced(before, counts))
    return asLateAs(condition('True', 'ReplicaSetUpdated', `${subject} is progressing.`))
  if (old.reason === 'ProgressDeadlineExceeded') return { progressing: old }
  const late = new Date(Date.parse(old.lastUpdateTime ?? '') + seconds * 1000)
  return late.getTime() > Date.now()
    ? { progressing: old, late }
    : { progressing: condition('False', 'ProgressDeadlineExceeded', `${subject} has timed out progressing.`) }

  function asLateAs(progressing: Condition) {
    return { progressing, late: new Date(Date.now() + (seconds + 1) * 1000) }
  }
}

function isComplete({ spec }: Deployment, counts: Status): boolean {
  return [counts.updatedReplicas, counts.replicas, counts.availableReplicas].every(
    replicas => (replicas ?? 0) === spec.replicas,
  )
}

function hasAdvanced(before: Status, counts: Status): boolean {
  const grew = (field: 'updatedReplicas' | 'readyReplicas' | 'availableReplicas') =>
    (counts[field] ?? 0) > (before[field] ?? 0)
  const old = (status: Status) => (status.replicas ?? 0) - (status.updatedReplicas ?? 0)
  return (
    grew('updatedReplicas') || grew('readyReplicas') || grew('availableReplicas') || old(counts) < old(before)
  )
}

/** A pod of one of the ReplicaSets was refused. */
function failure(
  conditions: readonly Condition[],
  replicaSets: readonly ReplicaSet[],
  made: NewReplicaSet,
): readonly Condition[] {
  const refused = replicaSets
    .map(({ status }) => findCondition(status?.conditions, 'ReplicaFailure'))
    .find(found => found !== undefined)
  if (refused) return setUpdated(conditions, refused)
  if (made.failure === undefined) return removeCondition(conditions, 'ReplicaFailure')
  return setUpdated(conditions, {
    type: 'ReplicaFailure',
    status: 'True',
    reason: 'FailedCreate',
    message: made.failure,
  })
}

function condition(status: Condition['status'], reason: string, message: string): Condition {
  return { type: 'Progressing', status, reason, message, lastUpdateTime: timestamp() }
}

/** Conditions of a Deployment tell when they were last said, too; of the same words that is the first time. */
function setUpdated(conditions: readonly Condition[] | undefined, next: Condition): readonly Condition[] {
  const old = findCondition(conditions, next.type)
  const isSaidAgain =
    old?.reason === next.reason && old?.status === next.status && old.message === next.message
  const mayStay = isSaidAgain && next.reason !== 'ReplicaSetUpdated'
  return mayStay ? (conditions ?? []) : setCondition(conditions, { lastUpdateTime: timestamp(), ...next })
}
