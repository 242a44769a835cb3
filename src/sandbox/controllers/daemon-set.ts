import type { Closable } from '../../util/scope.ts'
import { type EventRecorder, recordEvents } from '../kinds/events.ts'
import type { KindStore } from '../kinds/kind-store.ts'
import {
  availableAt,
  isAvailable,
  isFinished,
  isReady,
  type Pod,
  type PodSpec,
  type Toleration,
} from '../kinds/pod.ts'
import { nonZero, writeStatus } from '../kinds/status.ts'
import { type NextLook, sooner } from '../kinds/work-queue.ts'
import type { DaemonSet } from '../kinds/workloads.ts'
import { claim } from './claim.ts'
import { createPod, deletePod } from './pod-making.ts'
import { startReconciler } from './reconcile.ts'
import { currentRevision, removeOldRecords, revisionLabel } from './revisions.ts'
import { whyNotScheduled } from './scheduling-rules.ts'

/** Keeps one pod of each DaemonSet on the one node, where the node is one for it. */
export function startDaemonSets(store: KindStore): Closable {
  const events = recordEvents(store, 'daemonset-controller')
  return startReconciler(store, {
    resource: 'daemonsets.apps',
    kind: 'DaemonSet',
    makes: ['pods'],
    alsoOn: [
      {
        resource: 'nodes',
        keys: () =>
          store.list('daemonsets.apps').map(({ metadata }) => `${metadata.namespace}/${metadata.name}`),
      },
    ],
    reconcile: set => reconcile(store, events, set),
  })
}

/** What a node may be like without driving a DaemonSet's pods away. */
const tolerations: readonly Toleration[] = [
  ...['not-ready', 'unreachable'].map(condition => tolerate(condition, 'NoExecute')),
  ...['disk-pressure', 'memory-pressure', 'pid-pressure', 'unschedulable'].map(condition =>
    tolerate(condition, 'NoSchedule'),
  ),
]

function reconcile(store: KindStore, events: EventRecorder, set: DaemonSet): NextLook {
  const wanted = currentRevision(store, set)
  const hash = wanted?.metadata.labels?.[revisionLabel]
  if (!wanted || hash === undefined) return 'after-pause'
  const { name, namespace, deletionTimestamp } = set.metadata
  const spec = podSpec(set)
  const isNodeForIt = store.list('nodes').some(node => whyNotScheduled(spec, node) === undefined)
  const isAccepted =
    deletionTimestamp !== undefined ||
    step(store, events, set, claim(store, 'pods', set), isNodeForIt, hash, spec)

  const current = store.get('daemonsets.apps', name, namespace)
  if (!current) return undefined
  const pods = claim(store, 'pods', current).filter(pod => !isFinished(pod))
  writeCounts(store, current, pods, isNodeForIt, hash)
  const inUse = pods.map(pod => pod.metadata.labels?.[revisionLabel] ?? '')
  removeOldRecords(store, current, new Set([wanted.metadata.name, ...inUse]))
  const next = pods
    .filter(pod => !isAvailable(pod, set.spec.minReadySeconds))
    .map(pod => availableAt(pod, set.spec.minReadySeconds))
    .reduce(sooner, undefined)
  return isAccepted ? next : 'after-pause'
}

/** @returns false where a pod was refused */
function step(
  store: KindStore,
  events: EventRecorder,
  set: DaemonSet,
  pods: readonly Pod[],
  isNodeForIt: boolean,
  hash: string,
  spec: PodSpec,
): boolean {
  const { minReadySeconds, template, updateStrategy } = set.spec
  const end = (pod: Pod) => {
    if (pod.metadata.deletionTimestamp === undefined) deletePod(store, events, set, pod)
  }
  const finished = pods.filter(isFinished)
  for (const pod of finished) {
    if (pod.status?.phase === 'Failed')
      events.warning(
        set,
        'FailedDaemonPod',
        `Found failed daemon pod ${pod.metadata.name}, will try to kill it`,
      )
    end(pod)
  }
  const running = pods.filter(pod => !finished.includes(pod))
  if (!isNodeForIt) {
    running.forEach(end)
    return true
  }
  const isNew = (pod: Pod) => pod.metadata.labels?.[revisionLabel] === hash
  const [newest, ...surplus] = running.filter(isNew)
  surplus.forEach(end)
  const old = running.filter(pod => !isNew(pod))
  const isSurging = updateStrategy?.type !== 'OnDelete' && hasSurge(set)
  const mayReplace = isSurging ? newest !== undefined && isAvailable(newest, minReadySeconds) : true
  if (updateStrategy?.type !== 'OnDelete' && mayReplace) old.forEach(end)
  // A pod that is ending may still hold what only one can have: the next one waits for it, except in a surge.
  const hasRoom = running.length === 0 || (isSurging && newest === undefined)
  if (newest || !hasRoom || finished.length > 0) return true
  return createPod(store, events, {
    owner: set,
    template,
    labels: {
      [revisionLabel]: hash,
      'pod-template-generation':
        set.metadata.annotations?.['deprecated.daemonset.template.generation'] ?? '1',
    },
    spec,
  }).ok
}

function writeCounts(
  store: KindStore,
  set: DaemonSet,
  pods: readonly Pod[],
  isNodeForIt: boolean,
  hash: string,
): void {
  const desired = isNodeForIt ? 1 : 0
  const active = pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined)
  const some = (fits: (pod: Pod) => boolean) => (isNodeForIt && active.some(fits) ? 1 : 0)
  const isReadyLongEnough = (pod: Pod) => isAvailable(pod, set.spec.minReadySeconds)
  writeStatus(store, 'daemonsets.apps', set, {
    currentNumberScheduled: isNodeForIt && pods.length > 0 ? 1 : 0,
    desiredNumberScheduled: desired,
    numberMisscheduled: !isNodeForIt && pods.length > 0 ? 1 : 0,
    numberReady: some(isReady),
    ...nonZero(
      'updatedNumberScheduled',
      some(pod => pod.metadata.labels?.[revisionLabel] === hash),
    ),
    ...nonZero('numberAvailable', some(isReadyLongEnough)),
    ...nonZero('numberUnavailable', desired - some(isReadyLongEnough)),
    observedGeneration: set.metadata.generation ?? 0,
  })
}

function podSpec({ spec }: DaemonSet): PodSpec {
  return {
    ...spec.template.spec,
    tolerations: [...(spec.template.spec.tolerations ?? []), ...tolerations],
  }
}

function hasSurge({ spec }: DaemonSet): boolean {
  return Number.parseInt(String(spec.updateStrategy?.rollingUpdate?.maxSurge ?? 0), 10) > 0
}

function tolerate(condition: string, effect: string): Toleration {
  return { key: `node.kubernetes.io/${condition}`, operator: 'Exists', effect }
}
