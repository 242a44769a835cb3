import type { Closable } from '../../util/scope.ts'
import { type EventRecorder, recordEvents } from '../kinds/events.ts'
import type { KindStore } from '../kinds/kind-store.ts'
import { isControlledBy } from '../kinds/owner.ts'
import { isFinished } from '../kinds/pod.ts'
import type { NextLook } from '../kinds/work-queue.ts'
import type { Deployment, ReplicaSet } from '../kinds/workloads.ts'
import { claim } from './claim.ts'
import { findNewReplicaSet, makeNewReplicaSet, removeOldRevisions } from './deployment-revisions.ts'
import { rollOut } from './deployment-rollout.ts'
import { annotateWithSize, isScaled, scaleInProportion } from './deployment-scale.ts'
import { writeDeploymentStatus } from './deployment-status.ts'
import { keyOf, startReconciler } from './reconcile.ts'

/** A Deployment with its ReplicaSets, as they are at the beginning of one look at it. */
export interface Rollout {
  readonly store: KindStore
  readonly events: EventRecorder
  readonly deployment: Deployment
  /** With the template that is wanted. */
  readonly newReplicaSet: ReplicaSet | undefined
  readonly oldReplicaSets: readonly ReplicaSet[]
}

/** Brings each Deployment's pods to its template, by one ReplicaSet for each template that it had. */
export function startDeployments(store: KindStore): Closable {
  const events = recordEvents(store, 'deployment-controller')
  return startReconciler(store, {
    resource: 'deployments.apps',
    kind: 'Deployment',
    makes: ['replicasets.apps'],
    // `Recreate` waits until the last old pod is gone, which no ReplicaSet counts any more.
    alsoOn: [{ resource: 'pods', keys: pod => deploymentOfPod(store, pod.metadata) }],
    reconcile: deployment => reconcile(store, events, deployment),
  })
}

function reconcile(store: KindStore, events: EventRecorder, deployment: Deployment): NextLook {
  const replicaSets = claim(store, 'replicasets.apps', deployment)
  const { name, namespace, deletionTimestamp } = deployment.metadata
  const isEnding = deletionTimestamp !== undefined
  const isPaused = deployment.spec.paused ?? false

  const found = findNewReplicaSet(deployment, replicaSets)
  const waitsForOldPods = deployment.spec.strategy.type === 'Recreate' && hasOldPods(store, deployment, found)
  // A new ReplicaSet of `Recreate` begins at its full size, so it is made only after the last old pod.
  const mayMake = !isEnding && !isPaused && !waitsForOldPods
  const made = makeNewReplicaSet(store, events, deployment, replicaSets, mayMake)
  const rollout: Rollout = {
    store,
    events,
    deployment,
    newReplicaSet: made.replicaSet,
    oldReplicaSets: replicaSets.filter(({ metadata }) => metadata.uid !== made.replicaSet?.metadata.uid),
  }

  if (!isEnding) {
    if (isPaused || isScaled(rollout)) scaleInProportion(rollout)
    else rollOut(rollout, waitsForOldPods)
    annotateWithSize(rollout)
    if (!isPaused) removeOldRevisions(rollout)
  }

  const current = store.get('deployments.apps', name, namespace)
  if (!current) return undefined
  const next = writeDeploymentStatus(store, events, current, made)
  return made.failure === undefined ? next : 'after-pause'
}

/** Pods of earlier templates that have not ended yet, those that are being deleted included. */
function hasOldPods(
  store: KindStore,
  deployment: Deployment,
  newReplicaSet: ReplicaSet | undefined,
): boolean {
  const { namespace } = deployment.metadata
  const old = store
    .list('replicasets.apps', namespace)
    .filter(
      replicaSet =>
        isControlledBy(replicaSet, deployment) && replicaSet.metadata.uid !== newReplicaSet?.metadata.uid,
    )
  return store
    .list('pods', namespace)
    .some(pod => !isFinished(pod) && old.some(replicaSet => isControlledBy(pod, replicaSet)))
}

function deploymentOfPod(store: KindStore, pod: Deployment['metadata']): readonly string[] {
  const owner = pod.ownerReferences?.find(({ controller, kind }) => controller && kind === 'ReplicaSet')
  const replicaSet = owner && store.get('replicasets.apps', owner.name, pod.namespace)
  const deployment = replicaSet?.metadata.ownerReferences?.find(({ controller }) => controller)
  return deployment ? [keyOf({ name: deployment.name, namespace: pod.namespace })] : []
}
