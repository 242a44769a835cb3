import { templateAnnotation } from '../model/kube.ts'
import type { LoggedContainer, Pod, PodContainer } from '../model/rollout.ts'
import { type ContainerSpec, type ContainerStatus, conditionOf, type PodObject } from './pod-object.ts'
import { isSidecar } from './pod-template.ts'
import { isConfigReason } from './trouble/config.ts'
import { type Container, containersOf } from './trouble/container.ts'
import { findCrash, wordForCrash } from './trouble/crash.ts'
import { isImageReason } from './trouble/image.ts'

export function describePod(pod: PodObject, isNew: boolean): Pod {
  return {
    namespace: pod.metadata.namespace ?? '',
    name: pod.metadata.name,
    uid: pod.metadata.uid ?? '',
    workload: workloadOf(pod),
    isNew,
    isReady: isPodReady(pod),
    isTerminating: isTerminating(pod),
    restarts: statusesOf(pod).reduce((sum, status) => sum + status.restartCount, 0),
    word: wordForPod(pod),
    labels: pod.metadata.labels ?? {},
    containers: [...pod.spec.containers, ...(pod.spec.initContainers ?? []).filter(isSidecar)].map(spec =>
      describeContainer(spec, pod),
    ),
    logged: containersOf(pod).flatMap(describeLog),
  }
}

function describeContainer({ name, image = '', ports = [] }: ContainerSpec, pod: PodObject): PodContainer {
  const status = statusesOf(pod).find(one => one.name === name)
  const runningId = status?.state.running ? status.containerID : undefined
  return {
    name,
    image,
    ...(runningId !== undefined && { runningId }),
    ports: ports.map(port => ({
      ...(port.name !== undefined && { name: port.name }),
      port: port.containerPort,
    })),
  }
}

/** Nothing of one that has not started yet. The count of restarts is that of the newest instance, though it may have ended. */
function describeLog({
  name,
  status: { state, lastState, restartCount },
}: Container): readonly LoggedContainer[] {
  const hasStarted = (state.running ?? state.terminated ?? lastState.terminated) !== undefined
  return hasStarted ? [{ name, started: restartCount + 1, isRunning: state.running !== undefined }] : []
}

/**
 * `Kind/name` of what the user wrote to get this pod. A Deployment's pods belong to a ReplicaSet that carries the
 * Deployment's name and the label `pod-template-hash`, so nobody has to watch ReplicaSets to know.
 */
export function workloadOf(pod: PodObject): string {
  const owner = pod.metadata.ownerReferences?.find(reference => reference.controller)
  if (!owner) return `Pod/${pod.metadata.name}`
  const suffix = `-${pod.metadata.labels?.['pod-template-hash']}`
  if (owner.kind === 'ReplicaSet' && owner.name.endsWith(suffix)) {
    return `Deployment/${owner.name.slice(0, -suffix.length)}`
  }
  return `${owner.kind}/${owner.name}`
}

export function templateOf(pod: PodObject): string | undefined {
  return pod.metadata.annotations?.[templateAnnotation]
}

export function isPodReady(pod: PodObject): boolean {
  return conditionOf(pod, 'Ready')?.status === 'True'
}

export function isTerminating(pod: PodObject): boolean {
  return pod.metadata.deletionTimestamp !== undefined
}

/** Newest first; of pods of the same second the order is stable. */
export function byAge(a: PodObject, b: PodObject): number {
  const [createdA = '', createdB = ''] = [a.metadata.creationTimestamp, b.metadata.creationTimestamp]
  if (createdA !== createdB) return createdA < createdB ? 1 : -1
  return a.metadata.name < b.metadata.name ? -1 : 1
}

function wordForPod(pod: PodObject): string {
  if (isTerminating(pod)) return 'terminating'
  if (pod.status?.phase === 'Succeeded') return 'completed'
  if (pod.status?.reason === 'Evicted') return 'evicted'
  if (isPodReady(pod)) return 'running'
  const reasons = statusesOf(pod).map(status => status.state.waiting?.reason ?? '')
  if (reasons.some(isImageReason)) return 'no image'
  if (reasons.some(isConfigReason)) return 'cannot start'
  const crash = findCrash(pod)
  if (crash) return wordForCrash(crash)
  if (conditionOf(pod, 'PodScheduled')?.reason === 'Unschedulable') return 'unschedulable'
  if (pod.status?.phase === 'Failed') return 'failed'
  const running = pod.status?.initContainerStatuses?.find(status => status.state.running && !status.ready)
  if (running) return `initializing (${running.name})`
  const containers = pod.status?.containerStatuses ?? []
  const isRunning = containers.length > 0 && containers.every(status => status.state.running)
  return isRunning ? 'running, not ready' : 'starting'
}

function statusesOf(pod: PodObject): readonly ContainerStatus[] {
  return [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])]
}
