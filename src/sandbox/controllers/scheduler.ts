import type { Closable } from '../../util/scope.ts'
import { setCondition, timestamp } from '../kinds/conditions.ts'
import { type EventRecorder, recordEvents } from '../kinds/events.ts'
import type { KindStore } from '../kinds/kind-store.ts'
import { isFinished, type Pod } from '../kinds/pod.ts'
import { writeStatus } from '../kinds/status.ts'
import { keyOf, startReconciler } from './reconcile.ts'
import { whyNotScheduled, whyTooLarge } from './scheduling-rules.ts'

/** Gives each pod the one node, or says why it cannot run there. */
export function startScheduler(store: KindStore): Closable {
  const events = recordEvents(store, 'default-scheduler')
  return startReconciler(store, {
    resource: 'pods',
    kind: 'Pod',
    alsoOn: [
      {
        resource: 'nodes',
        keys: () =>
          store
            .list('pods')
            .filter(isWaiting)
            .map(({ metadata }) => keyOf(metadata)),
      },
    ],
    reconcile(pod) {
      if (isWaiting(pod)) schedule(store, events, pod)
      return undefined
    },
  })
}

function isWaiting(pod: Pod): boolean {
  return (
    !pod.spec.nodeName &&
    pod.metadata.deletionTimestamp === undefined &&
    !isFinished(pod) &&
    (pod.spec.schedulerName ?? 'default-scheduler') === 'default-scheduler'
  )
}

function schedule(store: KindStore, events: EventRecorder, pod: Pod): void {
  const [node] = store.list('nodes')
  const { name, namespace } = pod.metadata
  if (pod.spec.schedulingGates?.length) {
    refuse(store, pod, 'SchedulingGated', 'Scheduling is blocked due to non-empty scheduling gates')
    return
  }
  const why = node
    ? (whyNotScheduled(pod.spec, node) ?? whyTooLarge(pod.spec, node))
    : 'no nodes available to schedule pods'
  if (!node || why !== undefined) {
    const message = node ? `0/1 nodes are available: 1 ${why}.` : (why ?? '')
    if (refuse(store, pod, 'Unschedulable', message)) events.warning(pod, 'FailedScheduling', message)
    return
  }
  const bound = store.update('pods', name, namespace, current => ({
    ...current,
    spec: { ...current.spec, nodeName: node.metadata.name },
  }))
  if (!bound.ok) return
  const scheduled = { type: 'PodScheduled', status: 'True', lastProbeTime: null } as const
  const conditions = setCondition(bound.value.status?.conditions, scheduled)
  writeStatus(store, 'pods', bound.value, { ...bound.value.status, conditions })
  events.normal(pod, 'Scheduled', `Successfully assigned ${namespace}/${name} to ${node.metadata.name}`)
}

/** @returns whether that is news */
function refuse(store: KindStore, pod: Pod, reason: string, message: string): boolean {
  const old = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled')
  if (old?.reason === reason && old.message === message) return false
  const condition = { type: 'PodScheduled', status: 'False', reason, message, lastProbeTime: null } as const
  const conditions = setCondition(pod.status?.conditions, {
    ...condition,
    lastTransitionTime: timestamp(),
  })
  writeStatus(store, 'pods', pod, { ...pod.status, phase: 'Pending', conditions })
  return true
}
