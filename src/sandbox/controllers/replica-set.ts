import type { Closable } from '../../util/scope.ts'
import { removeCondition, setCondition } from '../kinds/conditions.ts'
import { type EventRecorder, recordEvents } from '../kinds/events.ts'
import type { KindStore } from '../kinds/kind-store.ts'
import { availableAt, isActive, isAvailable, isReady, type Pod } from '../kinds/pod.ts'
import { matchesLabels } from '../kinds/selector.ts'
import { nonZero, writeStatus } from '../kinds/status.ts'
import { type NextLook, sooner } from '../kinds/work-queue.ts'
import type { ReplicaSet } from '../kinds/workloads.ts'
import { claim } from './claim.ts'
import { createPod, deletePod } from './pod-making.ts'
import { startReconciler } from './reconcile.ts'

const resource = 'replicasets.apps'

/** Keeps as many pods of each ReplicaSet as it wants. */
export function startReplicaSets(store: KindStore): Closable {
  const events = recordEvents(store, 'replicaset-controller')
  return startReconciler(store, {
    resource,
    kind: 'ReplicaSet',
    makes: ['pods'],
    reconcile: replicaSet => reconcile(store, events, replicaSet),
  })
}

function reconcile(store: KindStore, events: EventRecorder, replicaSet: ReplicaSet): NextLook {
  const pods = claim(store, 'pods', replicaSet).filter(isActive)
  const failure =
    replicaSet.metadata.deletionTimestamp === undefined ? scale(store, events, replicaSet, pods) : undefined

  const { name, namespace } = replicaSet.metadata
  const current = store.get(resource, name, namespace)
  if (!current) return undefined
  const next = writeCounts(store, current, claim(store, 'pods', current).filter(isActive), failure)
  return failure === undefined ? next : 'after-pause'
}

/** @returns why a pod was refused */
function scale(
  store: KindStore,
  events: EventRecorder,
  replicaSet: ReplicaSet,
  pods: readonly Pod[],
): string | undefined {
  const missing = replicaSet.spec.replicas - pods.length
  for (let i = 0; i < missing; i++) {
    const created = createPod(store, events, { owner: replicaSet, template: replicaSet.spec.template })
    if (!created.ok) return created.failure.message
  }
  for (const pod of inOrderOfDeletion(pods).slice(0, Math.max(-missing, 0)))
    deletePod(store, events, replicaSet, pod)
  return undefined
}

/**
 * The pods that are missed least first: those that have not come as far, then by the annotation for the cost of deletion, then the younger
 * ones. https://kubernetes.io/docs/concepts/workloads/controllers/replicaset/#scaling-a-replicaset
 */
function inOrderOfDeletion(pods: readonly Pod[]): readonly Pod[] {
  const phases = ['Pending', 'Unknown', 'Running']
  const ranks = (pod: Pod): readonly number[] => [
    pod.spec.nodeName === undefined ? 0 : 1,
    phases.indexOf(pod.status?.phase ?? 'Pending'),
    isReady(pod) ? 1 : 0,
    Number(pod.metadata.annotations?.['controller.kubernetes.io/pod-deletion-cost'] ?? 0),
    -(availableAt(pod)?.getTime() ?? 0),
    -(pod.status?.containerStatuses ?? []).reduce((sum, { restartCount }) => sum + restartCount, 0),
    -Date.parse(pod.metadata.creationTimestamp),
  ]
  return pods
    .map(pod => ({ pod, rank: ranks(pod) }))
    .sort((a, b) => {
      const differing = a.rank.findIndex((rank, i) => rank !== b.rank[i])
      return (a.rank[differing] ?? 0) - (b.rank[differing] ?? 0)
    })
    .map(({ pod }) => pod)
}

/** @returns when the next pod will have been ready for long enough */
function writeCounts(
  store: KindStore,
  replicaSet: ReplicaSet,
  pods: readonly Pod[],
  failure: string | undefined,
): Date | undefined {
  const { spec, status, metadata } = replicaSet
  const templateLabels = spec.template.metadata?.labels ?? {}
  const available = pods.filter(pod => isAvailable(pod, spec.minReadySeconds))
  const conditions =
    failure === undefined
      ? removeCondition(status?.conditions, 'ReplicaFailure')
      : setCondition(status?.conditions, {
          type: 'ReplicaFailure',
          status: 'True',
          reason: 'FailedCreate',
          message: failure,
        })
  writeStatus(store, resource, replicaSet, {
    replicas: pods.length,
    ...nonZero(
      'fullyLabeledReplicas',
      pods.filter(pod => matchesLabels(templateLabels, pod.metadata.labels)).length,
    ),
    ...nonZero('readyReplicas', pods.filter(isReady).length),
    ...nonZero('availableReplicas', available.length),
    observedGeneration: metadata.generation ?? 0,
    ...(conditions.length > 0 && { conditions }),
  })
  return pods
    .filter(pod => !available.includes(pod))
    .map(pod => availableAt(pod, spec.minReadySeconds))
    .reduce(sooner, undefined)
}
