import { type KubeObject, templateAnnotation } from '../model/kube.ts'
import type { ResourceType } from '../model/kube-api.ts'
import type { AppliedWorkload } from '../model/rollout.ts'
import { type Condition, conditionOf, type PodObject } from './pod-object.ts'
import { workloadOf } from './pods.ts'

/** A workload as the API gives it, as far as devloop looks into it: apps/v1 and batch/v1. */
export interface WorkloadObject extends KubeObject {
  spec: {
    replicas?: number
    template?: { metadata?: { annotations?: Record<string, string> } }
    updateStrategy?: { type?: string; rollingUpdate?: { partition?: number } }
    podManagementPolicy?: 'OrderedReady' | 'Parallel'
    completions?: number
    suspend?: boolean
  }
  status?: {
    observedGeneration?: number
    desiredNumberScheduled?: number
    succeeded?: number
    conditions?: Condition[]
  }
}

/** Kinds that have pods to be waited for, and their names in URLs. All are namespaced. */
const plurals: Readonly<Record<string, string>> = {
  Deployment: 'deployments',
  StatefulSet: 'statefulsets',
  DaemonSet: 'daemonsets',
  ReplicaSet: 'replicasets',
  ReplicationController: 'replicationcontrollers',
  Job: 'jobs',
  Pod: 'pods',
}

/** `undefined` for kinds whose pods come later or never, such as CronJob: nothing is to be waited for. */
export function workloadTypeOf({
  apiVersion,
  kind,
}: Pick<AppliedWorkload, 'apiVersion' | 'kind'>): ResourceType | undefined {
  const plural = plurals[kind]
  // Kubernetes' own groups of workloads have no dot in their names; custom resources must have one.
  const [group = ''] = apiVersion.split('/')
  const isOwn = !group.includes('.')
  return plural !== undefined && isOwn ? { apiVersion, kind, plural, namespaced: true } : undefined
}

export function isLiveObjectOf(applied: AppliedWorkload, { kind, metadata }: WorkloadObject): boolean {
  return kind === applied.kind && metadata.namespace === applied.namespace && metadata.name === applied.name
}

export function ownsPod(applied: AppliedWorkload, pod: PodObject): boolean {
  return pod.metadata.namespace === applied.namespace && workloadOf(pod) === `${applied.kind}/${applied.name}`
}

/**
 * The cluster's object is the applied one. One that was deleted and made anew counts its generations from the start,
 * and Jobs had none before Kubernetes 1.22; so the template decides, and the generation where there is one.
 */
export function isCurrent(applied: AppliedWorkload, live: WorkloadObject): boolean {
  const { generation } = live.metadata
  const template = live.spec.template?.metadata?.annotations?.[templateAnnotation]
  return template === applied.template && (generation === undefined || generation >= applied.generation)
}

/** How many pods it wants at last; `undefined` while its controller has not said so. */
export function wantedPods(live: WorkloadObject): number | undefined {
  switch (live.kind) {
    case 'DaemonSet':
      return isObserved(live) ? live.status?.desiredNumberScheduled : undefined
    case 'Job':
      return live.spec.suspend ? 0 : (live.spec.completions ?? 1)
    default:
      return live.spec.replicas ?? 1
  }
}

/**
 * Whether a pod of an older template is wanted too: with `OnDelete` Kubernetes leaves it until somebody deletes it,
 * and with a partition it keeps those with a lower ordinal.
 */
export function keepsOldPod(live: WorkloadObject, pod: PodObject): boolean {
  const { type, rollingUpdate } = live.spec.updateStrategy ?? {}
  if (type === 'OnDelete') return true
  if (live.kind !== 'StatefulSet') return false
  const ordinal = Number(/\d+$/.exec(pod.metadata.name)?.[0])
  return ordinal < (rollingUpdate?.partition ?? 0)
}

/**
 * Kubernetes replaces no pod of it while another is not ready, even if that one can only be mended by replacing it
 * (kubernetes.io, StatefulSets, "Forced rollback").
 */
export function replacesInOrder(live: WorkloadObject): boolean {
  return live.kind === 'StatefulSet' && live.spec.podManagementPolicy !== 'Parallel'
}

/** The Deployment's own deadline, `spec.progressDeadlineSeconds`, has passed. */
export function isPastDeadline(live: WorkloadObject): boolean {
  return isObserved(live) && conditionOf(live, 'Progressing')?.reason === 'ProgressDeadlineExceeded'
}

/** Why its controller is not allowed to make pods: a quota, a missing service account, a policy. */
export function refusalOf(live: WorkloadObject): string | undefined {
  const condition = conditionOf(live, 'ReplicaFailure')
  return isObserved(live) && condition?.status === 'True' ? (condition.message ?? '') : undefined
}

/** How a Job ended; `undefined` while it goes on. */
export function endOf(live: WorkloadObject): { succeeded: boolean; reason: string } | undefined {
  if (conditionOf(live, 'Complete')?.status === 'True') return { succeeded: true, reason: '' }
  const failed = conditionOf(live, 'Failed')
  return failed?.status === 'True' ? { succeeded: false, reason: failed.reason ?? '' } : undefined
}

/** The status speaks of the newest spec. */
function isObserved({ metadata, status }: WorkloadObject): boolean {
  return (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0)
}
