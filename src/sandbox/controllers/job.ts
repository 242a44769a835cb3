import type { Closable } from '../../util/scope.ts'
import { findCondition, setCondition, timestamp } from '../kinds/conditions.ts'
import { type EventRecorder, recordEvents } from '../kinds/events.ts'
import type { KindStore } from '../kinds/kind-store.ts'
import { isControlledBy } from '../kinds/owner.ts'
import { isActive, isFinished, isReady, type Pod } from '../kinds/pod.ts'
import { nonZero, writeStatus } from '../kinds/status.ts'
import { type NextLook, sooner } from '../kinds/work-queue.ts'
import type { Job, JobStatus } from '../kinds/workloads.ts'
import { completedIndexes, formatIndexes } from './job-indexes.ts'
import { createJobPods, retryAt } from './job-pods.ts'
import { deletePod } from './pod-making.ts'
import { startReconciler } from './reconcile.ts'

/** Runs the pods of each Job until enough of them have succeeded, or too many have failed. */
export function startJobs(store: KindStore): Closable {
  const events = recordEvents(store, 'job-controller')
  return startReconciler(store, {
    resource: 'jobs.batch',
    kind: 'Job',
    makes: ['pods'],
    reconcile: job => reconcile(store, events, job),
  })
}

/** A Job has ended, well or badly. */
export function isJobFinished(job: Job): 'Complete' | 'Failed' | undefined {
  const { conditions } = job.status ?? {}
  return (['Complete', 'Failed'] as const).find(type => findCondition(conditions, type)?.status === 'True')
}

function podsOfJob(store: KindStore, job: Job): readonly Pod[] {
  return store.list('pods', job.metadata.namespace).filter(pod => isControlledBy(pod, job))
}

function reconcile(store: KindStore, events: EventRecorder, job: Job): NextLook {
  if (job.metadata.deletionTimestamp !== undefined) return undefined
  if (isJobFinished(job)) return removeAfterItsTime(store, job)
  if (job.spec.suspend) return suspend(store, events, job)
  const status = start(events, job)
  const pods = podsOfJob(store, job)
  const failure = whyFailed(job, status, pods)
  if (failure) {
    endActive(store, events, job, pods)
    events.warning(job, failure.reason, failure.message)
    finish(store, job, status, { type: 'Failed', status: 'True', ...failure })
    return undefined
  }
  if (isComplete(job, pods)) {
    endActive(store, events, job, pods)
    events.normal(job, 'Completed', 'Job completed')
    finish(store, job, { ...status, completionTime: timestamp() }, { type: 'Complete', status: 'True' })
    return undefined
  }
  const retry = retryAt(pods)
  const isWaiting = retry !== undefined && retry.getTime() > Date.now()
  const isAccepted = isWaiting || scale(store, events, job, pods)
  writeStatus(store, 'jobs.batch', job, { ...status, ...count(job, podsOfJob(store, job)) })
  if (!isAccepted) return 'after-pause'
  return sooner(isWaiting ? retry : undefined, deadlineOf(job, status))
}

function start(events: EventRecorder, job: Job): JobStatus {
  const { conditions, startTime, ...rest } = job.status ?? {}
  const wasSuspended = findCondition(conditions, 'Suspended')?.status === 'True'
  if (wasSuspended) events.normal(job, 'Resumed', 'Job resumed')
  const resumed = {
    type: 'Suspended',
    status: 'False',
    reason: 'JobResumed',
    message: 'Job resumed',
  } as const
  return {
    ...rest,
    startTime: startTime ?? timestamp(),
    ...(conditions && { conditions: wasSuspended ? setCondition(conditions, resumed) : conditions }),
  }
}

function suspend(store: KindStore, events: EventRecorder, job: Job): undefined {
  const pods = podsOfJob(store, job)
  endActive(store, events, job, pods)
  const { startTime: _, conditions, ...rest } = job.status ?? {}
  if (findCondition(conditions, 'Suspended')?.status !== 'True')
    events.normal(job, 'Suspended', 'Job suspended')
  writeStatus(store, 'jobs.batch', job, {
    ...rest,
    ...count(job, podsOfJob(store, job)),
    conditions: setCondition(conditions, {
      type: 'Suspended',
      status: 'True',
      reason: 'JobSuspended',
      message: 'Job suspended',
    }),
  })
}

function whyFailed(
  job: Job,
  status: JobStatus,
  pods: readonly Pod[],
): { readonly reason: string; readonly message: string } | undefined {
  const { backoffLimit = 6, template } = job.spec
  const restarts = pods
    .filter(isActive)
    .flatMap(({ status = {} }) => [
      ...(status.initContainerStatuses ?? []),
      ...(status.containerStatuses ?? []),
    ])
    .reduce((sum, { restartCount }) => sum + restartCount, 0)
  const isOverLimit =
    template.spec.restartPolicy === 'OnFailure' &&
    (backoffLimit === 0 ? restarts > 0 : restarts >= backoffLimit)
  if (isOverLimit || failedOf(pods).length > backoffLimit)
    return { reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' }
  const deadline = deadlineOf(job, status)
  if (deadline && deadline.getTime() <= Date.now())
    return { reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline' }
  return undefined
}

function deadlineOf({ spec }: Job, { startTime }: JobStatus): Date | undefined {
  if (spec.activeDeadlineSeconds === undefined || startTime === undefined) return undefined
  return new Date(Date.parse(startTime) + spec.activeDeadlineSeconds * 1000)
}

function isComplete(job: Job, pods: readonly Pod[]): boolean {
  const succeeded = succeededOf(job, pods)
  const { completions } = job.spec
  if (completions !== undefined) return succeeded >= completions
  return succeeded > 0 && !pods.some(isActive)
}

/** @returns false where a pod was refused */
function scale(store: KindStore, events: EventRecorder, job: Job, pods: readonly Pod[]): boolean {
  const { parallelism = 1, completions } = job.spec
  const active = pods.filter(isActive)
  const succeeded = succeededOf(job, pods)
  // Without a number of completions one success says that the work is done: then none is begun any more.
  const isDone = completions === undefined && succeeded > 0
  const wanted =
    completions === undefined ? parallelism : Math.min(parallelism, Math.max(completions - succeeded, 0))
  for (const pod of active.slice(wanted)) deletePod(store, events, job, pod)
  const ending = pods.filter(pod => !isFinished(pod) && !active.includes(pod)).length
  const missing = isDone ? 0 : wanted - active.length - ending
  return createJobPods(store, events, job, pods, missing)
}

function endActive(store: KindStore, events: EventRecorder, job: Job, pods: readonly Pod[]): void {
  for (const pod of pods.filter(isActive)) deletePod(store, events, job, pod)
}

function finish(
  store: KindStore,
  job: Job,
  status: JobStatus,
  condition: { type: 'Complete' | 'Failed'; status: 'True'; reason?: string; message?: string },
): void {
  const { active: _, ready: __, ...counts } = count(job, podsOfJob(store, job))
  const { active: ___, ready: ____, ...rest } = status
  writeStatus(store, 'jobs.batch', job, {
    ...rest,
    ...counts,
    conditions: setCondition(status.conditions, { ...condition, lastProbeTime: timestamp() }),
  })
}

function count(job: Job, pods: readonly Pod[]): JobStatus {
  const active = pods.filter(isActive)
  const indexes = job.spec.completionMode === 'Indexed' && completedIndexes(job, pods)
  return {
    active: active.length,
    ready: active.filter(isReady).length,
    ...nonZero('succeeded', succeededOf(job, pods)),
    ...nonZero('failed', failedOf(pods).length),
    ...(indexes && indexes.length > 0 && { completedIndexes: formatIndexes(indexes) }),
  }
}

function succeededOf(job: Job, pods: readonly Pod[]): number {
  if (job.spec.completionMode === 'Indexed') return completedIndexes(job, pods).length
  return pods.filter(({ status }) => status?.phase === 'Succeeded').length
}

function failedOf(pods: readonly Pod[]): readonly Pod[] {
  return pods.filter(({ status }) => status?.phase === 'Failed')
}

function removeAfterItsTime(store: KindStore, job: Job): Date | undefined {
  const { ttlSecondsAfterFinished } = job.spec
  const ended = findCondition(job.status?.conditions, isJobFinished(job) ?? '')?.lastTransitionTime
  if (ttlSecondsAfterFinished === undefined || ended === undefined) return undefined
  const at = new Date(Date.parse(ended) + ttlSecondsAfterFinished * 1000)
  if (at.getTime() > Date.now()) return at
  const { name, namespace, uid } = job.metadata
  store.delete('jobs.batch', name, namespace, { propagation: 'Background', preconditions: { uid } })
  return undefined
}
