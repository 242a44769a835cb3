import type { Closable } from '../../util/scope.ts'
import { type EventRecorder, recordEvents } from '../kinds/events.ts'
import type { KindStore } from '../kinds/kind-store.ts'
import { availableAt, isAvailable, isFinished, isReady, type Pod } from '../kinds/pod.ts'
import { nonZero, writeStatus } from '../kinds/status.ts'
import { type NextLook, sooner } from '../kinds/work-queue.ts'
import type { ControllerRevision, StatefulSet } from '../kinds/workloads.ts'
import { claim } from './claim.ts'
import { deletePod } from './pod-making.ts'
import { startReconciler } from './reconcile.ts'
import { currentRevision, removeOldRecords, revisionLabel } from './revisions.ts'
import { createOrdinalPod, ordinalOf } from './stateful-set-pod.ts'

/** Keeps numbered pods with names and volumes of their own, one after another where it is asked for. */
export function startStatefulSets(store: KindStore): Closable {
  const events = recordEvents(store, 'statefulset-controller')
  return startReconciler(store, {
    resource: 'statefulsets.apps',
    kind: 'StatefulSet',
    makes: ['pods'],
    reconcile: set => reconcile(store, events, set),
  })
}

function reconcile(store: KindStore, events: EventRecorder, set: StatefulSet): NextLook {
  const wanted = currentRevision(store, set)
  if (!wanted) return 'after-pause'
  const { name, namespace, deletionTimestamp } = set.metadata
  // Until all pods are of the wanted revision, those below the partition are made of the one before.
  const before = store.get('controllerrevisions.apps', set.status?.currentRevision ?? '', namespace) ?? wanted
  const refused =
    deletionTimestamp === undefined && !step({ store, events, set, wanted, before }, podsOf(store, set))

  const current = store.get('statefulsets.apps', name, namespace)
  if (!current) return undefined
  const pods = podsOf(store, current)
  writeCounts(store, current, pods, wanted, before)
  const inUse = pods.map(pod => pod.metadata.labels?.[revisionLabel] ?? '')
  removeOldRecords(store, current, new Set([wanted.metadata.name, before.metadata.name, ...inUse]))
  const next = pods
    .filter(pod => !isAvailable(pod, set.spec.minReadySeconds))
    .map(pod => availableAt(pod, set.spec.minReadySeconds))
    .reduce(sooner, undefined)
  return refused ? 'after-pause' : next
}

export interface SetRollout {
  readonly store: KindStore
  readonly events: EventRecorder
  readonly set: StatefulSet
  readonly wanted: ControllerRevision
  readonly before: ControllerRevision
}

/**
 * What can be done now: missing pods from the first on, then surplus pods from the last on, then outdated ones from the last on.
 * https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#deployment-and-scaling-guarantees
 *
 * @returns false where a pod was refused
 */
function step(rollout: SetRollout, pods: readonly Pod[]): boolean {
  const { store, events, set, wanted } = rollout
  const isOrdered = set.spec.podManagementPolicy !== 'Parallel'
  const first = set.spec.ordinals?.start ?? 0
  const ordinals = Array.from({ length: set.spec.replicas }, (_, i) => first + i)
  const byOrdinal = new Map(pods.map(pod => [ordinalOf(pod), pod]))
  const end = (pod: Pod) =>
    deletePod(
      store,
      events,
      set,
      pod,
      name => `delete Pod ${name} in StatefulSet ${set.metadata.name} successful`,
    )

  for (const ordinal of ordinals) {
    const pod = byOrdinal.get(ordinal)
    if (!pod) {
      if (!createOrdinalPod(rollout, ordinal, revisionFor(rollout, ordinal))) return false
      if (isOrdered) return true
    } else if (isFinished(pod) && pod.metadata.deletionTimestamp === undefined) {
      // It has its name: only when it is gone another one can be made.
      end(pod)
      if (isOrdered) return true
    } else if (isOrdered && !isHealthy(pod, set)) return true
  }

  const surplus = pods.filter(pod => !ordinals.includes(ordinalOf(pod))).toSorted(lastFirst)
  for (const pod of surplus) {
    if (pod.metadata.deletionTimestamp === undefined) end(pod)
    if (isOrdered) return true
  }

  const { type, rollingUpdate } = set.spec.updateStrategy ?? {}
  if (type === 'OnDelete') return true
  const partition = rollingUpdate?.partition ?? 0
  const updatable = pods.filter(
    pod => ordinals.includes(ordinalOf(pod)) && ordinalOf(pod) - first >= partition,
  )
  for (const pod of updatable.toSorted(lastFirst)) {
    if (pod.metadata.labels?.[revisionLabel] !== wanted.metadata.name) {
      if (pod.metadata.deletionTimestamp === undefined) end(pod)
      return true
    }
    if (!isHealthy(pod, set)) return true
  }
  return true
}

function revisionFor({ set, wanted, before }: SetRollout, ordinal: number): ControllerRevision {
  const { type, rollingUpdate } = set.spec.updateStrategy ?? {}
  if (type === 'OnDelete') return wanted
  const isBelow = ordinal - (set.spec.ordinals?.start ?? 0) < (rollingUpdate?.partition ?? 0)
  return isBelow ? before : wanted
}

function isHealthy(pod: Pod, { spec }: StatefulSet): boolean {
  return pod.metadata.deletionTimestamp === undefined && isAvailable(pod, spec.minReadySeconds)
}

function lastFirst(a: Pod, b: Pod): number {
  return ordinalOf(b) - ordinalOf(a)
}

/** Pods whose name another set would give are set aside. */
function podsOf(store: KindStore, set: StatefulSet): readonly Pod[] {
  return claim(store, 'pods', set).filter(
    pod => pod.metadata.name === `${set.metadata.name}-${ordinalOf(pod)}`,
  )
}

function writeCounts(
  store: KindStore,
  set: StatefulSet,
  pods: readonly Pod[],
  wanted: ControllerRevision,
  before: ControllerRevision,
): void {
  const of = (record: ControllerRevision) =>
    pods.filter(
      pod =>
        pod.metadata.labels?.[revisionLabel] === record.metadata.name &&
        pod.metadata.deletionTimestamp === undefined,
    ).length
  const isDone = of(wanted) === set.spec.replicas && pods.filter(isReady).length === set.spec.replicas
  const current = isDone ? wanted : before
  writeStatus(store, 'statefulsets.apps', set, {
    replicas: pods.length,
    ...nonZero('readyReplicas', pods.filter(isReady).length),
    ...nonZero('currentReplicas', of(current)),
    ...nonZero('updatedReplicas', of(wanted)),
    availableReplicas: pods.filter(pod => isAvailable(pod, set.spec.minReadySeconds)).length,
    currentRevision: current.metadata.name,
    updateRevision: wanted.metadata.name,
    observedGeneration: set.metadata.generation ?? 0,
    collisionCount: 0,
  })
}
