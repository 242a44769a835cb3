import type { Closable } from '../../util/scope.ts'
import { timestamp } from '../kinds/conditions.ts'
import { type EventRecorder, recordEvents } from '../kinds/events.ts'
import type { KindStore } from '../kinds/kind-store.ts'
import { controllerReference, isControlledBy } from '../kinds/owner.ts'
import { writeStatus } from '../kinds/status.ts'
import type { NextLook } from '../kinds/work-queue.ts'
import type { CronJob, Job, ObjectReference } from '../kinds/workloads.ts'
import { type CronSchedule, parseSchedule } from './cron-schedule.ts'
import { isJobFinished } from './job.ts'
import { startReconciler } from './reconcile.ts'

type Status = NonNullable<CronJob['status']>

/** Makes a Job of each CronJob whenever its time has come. */
export function startCronJobs(store: KindStore): Closable {
  const events = recordEvents(store, 'cronjob-controller')
  return startReconciler(store, {
    resource: 'cronjobs.batch',
    kind: 'CronJob',
    makes: ['jobs.batch'],
    reconcile: cronJob => reconcile(store, events, cronJob),
  })
}

function reconcile(store: KindStore, events: EventRecorder, cronJob: CronJob): NextLook {
  if (cronJob.metadata.deletionTimestamp !== undefined) return undefined
  const jobs = store
    .list('jobs.batch', cronJob.metadata.namespace)
    .filter(job => isControlledBy(job, cronJob))
  const seen = see(events, cronJob, jobs)
  removeOldJobs(store, events, cronJob, jobs)
  const schedule = parseSchedule(cronJob.spec.schedule, cronJob.spec.timeZone)
  if (typeof schedule === 'string') {
    events.warning(
      cronJob,
      'UnparseableSchedule',
      `unparseable schedule: ${cronJob.spec.schedule}: ${schedule}`,
    )
    writeStatus(store, 'cronjobs.batch', cronJob, seen)
    return undefined
  }
  const status = cronJob.spec.suspend ? seen : runIfDue(store, events, cronJob, schedule, jobs, seen)
  writeStatus(store, 'cronjobs.batch', cronJob, status)
  return cronJob.spec.suspend ? undefined : schedule.next(new Date())
}

/** What has become of its Jobs since the last look. */
function see(events: EventRecorder, cronJob: CronJob, jobs: readonly Job[]): Status {
  const { active: listed = [], lastSuccessfulTime, ...rest } = cronJob.status ?? {}
  for (const { uid } of listed) {
    const job = jobs.find(({ metadata }) => metadata.uid === uid)
    const end = job && isJobFinished(job)
    if (end)
      events.normal(cronJob, 'SawCompletedJob', `Saw completed job: ${job.metadata.name}, status: ${end}`)
  }
  const running = jobs.filter(job => !isJobFinished(job))
  const latest = [lastSuccessfulTime, ...jobs.map(({ status }) => status?.completionTime)]
    .filter(time => time !== undefined)
    .sort()
    .at(-1)
  return {
    ...rest,
    ...(running.length > 0 && { active: running.map(referenceTo) }),
    ...(latest !== undefined && { lastSuccessfulTime: latest }),
  }
}

function runIfDue(
  store: KindStore,
  events: EventRecorder,
  cronJob: CronJob,
  schedule: CronSchedule,
  jobs: readonly Job[],
  status: Status,
): Status {
  const { spec, metadata } = cronJob
  const now = new Date()
  const deadlineMs = (spec.startingDeadlineSeconds ?? Number.POSITIVE_INFINITY) * 1000
  const sinceLast = Date.parse(status.lastScheduleTime ?? metadata.creationTimestamp)
  const since = new Date(Math.max(sinceLast, now.getTime() - deadlineMs))
  const due = schedule.latest(since, now)
  if (!due) return status
  if (due.isLate)
    events.warning(
      cronJob,
      'TooManyMissedTimes',
      'too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew',
    )
  const running = jobs.filter(job => !isJobFinished(job))
  if (running.length > 0 && spec.concurrencyPolicy === 'Forbid') {
    events.normal(
      cronJob,
      'JobAlreadyActive',
      'Not starting job because prior execution is running and concurrency policy is Forbid',
    )
    return status
  }
  const replaced = spec.concurrencyPolicy === 'Replace' ? running : []
  for (const job of replaced) removeJob(store, events, cronJob, job)

  const created = createJob(store, cronJob, due.time)
  // The same time again: it has run, and only its record was lost.
  if (!created.ok && created.failure.reason !== 'AlreadyExists') {
    events.warning(cronJob, 'FailedCreate', `Error creating job: ${created.failure.message}`)
    return status
  }
  if (created.ok) events.normal(cronJob, 'SuccessfulCreate', `Created job ${created.value.metadata.name}`)
  const active = [
    ...running.filter(job => !replaced.includes(job)),
    ...(created.ok ? [created.value] : []),
  ].map(referenceTo)
  return { ...status, active, lastScheduleTime: timestamp(due.time) }
}

function createJob(store: KindStore, cronJob: CronJob, time: Date) {
  const { metadata, spec } = cronJob.spec.jobTemplate
  const { name, namespace } = cronJob.metadata
  return store.create('jobs.batch', {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      // The same time has the same name, so that nothing runs twice.
      name: `${name}-${Math.floor(time.getTime() / 60_000)}`,
      ...(namespace !== undefined && { namespace }),
      ...(metadata?.labels && { labels: metadata.labels }),
      annotations: {
        ...metadata?.annotations,
        'batch.kubernetes.io/cronjob-scheduled-timestamp': timestamp(time),
      },
      ownerReferences: [controllerReference(cronJob)],
    },
    spec,
  })
}

/** Keeps as many ended Jobs as it remembers, those that succeeded and those that failed by numbers of their own. */
function removeOldJobs(
  store: KindStore,
  events: EventRecorder,
  cronJob: CronJob,
  jobs: readonly Job[],
): void {
  const { successfulJobsHistoryLimit = 3, failedJobsHistoryLimit = 1 } = cronJob.spec
  for (const [end, limit] of [
    ['Complete', successfulJobsHistoryLimit],
    ['Failed', failedJobsHistoryLimit],
  ] as const) {
    const ended = jobs.filter(job => isJobFinished(job) === end).toSorted((a, b) => startOf(a) - startOf(b))
    for (const job of ended.slice(0, Math.max(ended.length - limit, 0)))
      removeJob(store, events, cronJob, job)
  }
}

function removeJob(store: KindStore, events: EventRecorder, cronJob: CronJob, job: Job): void {
  const { name, namespace, uid } = job.metadata
  const removed = store.delete('jobs.batch', name, namespace, {
    propagation: 'Background',
    preconditions: { uid },
  })
  if (removed.ok) events.normal(cronJob, 'SuccessfulDelete', `Deleted job ${name}`)
}

function startOf({ status, metadata }: Job): number {
  return Date.parse(status?.startTime ?? metadata.creationTimestamp)
}

function referenceTo({ apiVersion, kind, metadata }: Job): ObjectReference {
  const { name, namespace, uid } = metadata
  return { apiVersion, kind, name, uid, ...(namespace !== undefined && { namespace }) }
}
