import { expect, test } from 'vitest'
import { type ApiObject, valueAt } from '../rig/answer.ts'
import { condition, type Pattern } from '../rig/collection.ts'
import { podSpec, shell, unschedulable } from '../rig/manifests.ts'
import { openSpace } from '../rig/namespace.ts'

const space = await openSpace('jobs')
const { jobs, cronJobs, pods } = space

function jobSpec(script: string, spec: Pattern = {}, restartPolicy = 'Never'): Pattern {
  return { template: { spec: podSpec([shell(script)], { restartPolicy }) }, ...spec }
}

function job(name: string, script: string, spec: Pattern = {}, restartPolicy?: string) {
  return { metadata: { name }, spec: jobSpec(script, spec, restartPolicy) }
}

test('a Job runs its pod to the end, and is complete', async () => {
  const { metadata } = await jobs.make(job('simple', 'true'))
  expect(await jobs.until('simple', condition('Complete', 'True'))).toMatchObject({
    status: { succeeded: 1, startTime: expect.any(String), completionTime: expect.any(String) },
  })
  const [pod] = (await pods.list({ labelSelector: 'job-name=simple' })).items
  expect(pod).toMatchObject({
    metadata: { ownerReferences: [{ kind: 'Job', name: 'simple', uid: metadata.uid }] },
    status: {
      phase: 'Succeeded',
      containerStatuses: [{ ready: false, state: { terminated: { exitCode: 0, reason: 'Completed' } } }],
    },
  })
})

test('a Job runs as many pods as are to succeed', async () => {
  await jobs.make(job('several', 'true', { completions: 2, parallelism: 2 }))
  await jobs.until('several', {
    status: { succeeded: 2, conditions: [{ type: 'Complete', status: 'True' }] },
  })
})

test('a Job never runs more pods at once than it may', async () => {
  using watch = await jobs.watch({ fieldSelector: 'metadata.name=narrow' })
  await jobs.make(job('narrow', 'true', { completions: 2, parallelism: 1 }))
  await jobs.until('narrow', condition('Complete', 'True'))
  const active = watch.entries.map(({ object }) => Number(valueAt(object, 'status.active') ?? 0))
  expect(Math.max(...active)).toBe(1)
})

test('a Job that fails more often than it may has failed', async () => {
  await jobs.make(job('failing', 'exit 3', { backoffLimit: 0 }))
  const failed = await jobs.until('failing', condition('Failed', 'True', { reason: 'BackoffLimitExceeded' }))
  expect(failed).toMatchObject({ status: { failed: 1 } })
  const [pod] = (await pods.list({ labelSelector: 'job-name=failing' })).items
  expect(pod).toMatchObject({
    status: {
      phase: 'Failed',
      containerStatuses: [{ state: { terminated: { exitCode: 3, reason: 'Error' } } }],
    },
  })
})

test('a pod of a Job that may is started again in place', async () => {
  const volume = { volumes: [{ name: 'state', emptyDir: {} }] }
  const volumeMounts = [{ name: 'state', mountPath: '/state' }]
  const script = '[ -e /state/tried ] || { touch /state/tried; exit 1; }'
  const spec = podSpec([shell(script, { volumeMounts })], { restartPolicy: 'OnFailure', ...volume })
  await jobs.make({ metadata: { name: 'persistent' }, spec: { template: { spec } } })
  await jobs.until('persistent', condition('Complete', 'True'))
  const { items } = await pods.list({ labelSelector: 'job-name=persistent' })
  expect(items).toMatchObject([{ status: { containerStatuses: [{ restartCount: 1 }] } }])
})

test('a Job that takes too long is ended', async () => {
  await jobs.make(job('slow', 'sleep 1000', { activeDeadlineSeconds: 1 }))
  await jobs.until('slow', condition('Failed', 'True', { reason: 'DeadlineExceeded' }))
  await pods.untilAll('job-name=slow', found => found.every(isEnding))
})

test('a Job that is deleted takes its pods along', async () => {
  const spec = podSpec([unschedulable()], { restartPolicy: 'Never' })
  await jobs.make({ metadata: { name: 'dropped' }, spec: { template: { spec } } })
  await pods.untilAll('job-name=dropped', found => found.length === 1)
  await jobs.delete('dropped', { propagationPolicy: 'Background' })
  await pods.untilAll('job-name=dropped', found => found.length === 0)
})

test('a CronJob makes a Job when its minute comes, and none where it is suspended', async () => {
  const spec = { schedule: '* * * * *', jobTemplate: { spec: jobSpec('true') } }
  const { metadata } = await cronJobs.make({ metadata: { name: 'ticking' }, spec })
  await cronJobs.make({ metadata: { name: 'suspended' }, spec: { ...spec, suspend: true } })
  const found = await cronJobs.until('ticking', { status: { lastScheduleTime: expect.any(String) } }, 100_000)
  expect(String(valueAt(found, 'status.lastScheduleTime'))).toMatch(/:00Z$/)
  const [name = ''] = (await jobs.names()).filter(name => name.startsWith('ticking-'))
  const owner = {
    apiVersion: cronJobs.type.apiVersion,
    kind: 'CronJob',
    name: 'ticking',
    uid: metadata.uid,
    controller: true,
  }
  expect((await jobs.get(name)).object.metadata).toMatchObject({ ownerReferences: [owner] })
  await jobs.until(name, condition('Complete', 'True'))
  expect((await cronJobs.get('suspended')).object).not.toHaveProperty('status.lastScheduleTime')
  await cronJobs.delete('ticking', { propagationPolicy: 'Background' })
  await jobs.untilGone(name)
})

function isEnding({ metadata, ...pod }: ApiObject): boolean {
  return metadata.deletionTimestamp !== undefined || valueAt(pod, 'status.phase') === 'Failed'
}
