import type { EventRecorder } from '../kinds/events.ts'
import type { KindStore } from '../kinds/kind-store.ts'
import type { ContainerDefinition, Pod, PodSpec } from '../kinds/pod.ts'
import type { Job } from '../kinds/workloads.ts'
import { indexAnnotation, missingIndexes } from './job-indexes.ts'
import { createPod } from './pod-making.ts'

/** The pause after the first failure, which doubles with each, in seconds. */
const firstBackoffSeconds = 10
const longestBackoffSeconds = 600

/** @returns false where one was refused */
export function createJobPods(
  store: KindStore,
  events: EventRecorder,
  job: Job,
  pods: readonly Pod[],
  amount: number,
): boolean {
  const { template, completionMode } = job.spec
  const labels = {
    'controller-uid': job.metadata.uid,
    'batch.kubernetes.io/controller-uid': job.metadata.uid,
    'job-name': job.metadata.name,
    'batch.kubernetes.io/job-name': job.metadata.name,
  }
  const indexes =
    completionMode === 'Indexed'
      ? missingIndexes(job, pods).slice(0, Math.max(amount, 0))
      : Array.from({ length: Math.max(amount, 0) }, () => undefined)
  return indexes.every(index => {
    if (index === undefined) return createPod(store, events, { owner: job, template, labels }).ok
    const name = `${job.metadata.name}-${index}`
    return createPod(store, events, {
      owner: job,
      template,
      namePrefix: name,
      labels: { ...labels, [indexAnnotation]: String(index) },
      annotations: { [indexAnnotation]: String(index) },
      spec: { hostname: name, ...withIndexVariable(template.spec) },
    }).ok
  })
}

/** When the next pod may be made: the more have failed since one succeeded, the later. */
export function retryAt(pods: readonly Pod[]): Date | undefined {
  const ends = (phase: string) => pods.filter(({ status }) => status?.phase === phase).map(endOf)
  const lastSuccess = Math.max(0, ...ends('Succeeded'))
  const failures = ends('Failed').filter(end => end > lastSuccess)
  if (failures.length === 0) return undefined
  const seconds = Math.min(firstBackoffSeconds * 2 ** (failures.length - 1), longestBackoffSeconds)
  return new Date(Math.max(...failures) + seconds * 1000)
}

function endOf({ status, metadata }: Pod): number {
  const ends = (status?.containerStatuses ?? []).map(({ state }) =>
    Date.parse(state.terminated?.finishedAt ?? ''),
  )
  const latest = Math.max(...ends.filter(time => !Number.isNaN(time)))
  return Number.isFinite(latest) ? latest : Date.parse(metadata.creationTimestamp)
}

function withIndexVariable(spec: PodSpec): Pick<PodSpec, 'containers' | 'initContainers'> {
  const variable = {
    name: 'JOB_COMPLETION_INDEX',
    valueFrom: { fieldRef: { fieldPath: `metadata.annotations['${indexAnnotation}']` } },
  }
  const add = (container: ContainerDefinition) => ({
    ...container,
    env: [...(container.env ?? []), variable],
  })
  return {
    containers: spec.containers.map(add),
    ...(spec.initContainers && { initContainers: spec.initContainers.map(add) }),
  }
}
