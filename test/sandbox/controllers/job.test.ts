import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { timestamp } from '../../../src/sandbox/kinds/conditions.ts'
import { isActive, type Pod } from '../../../src/sandbox/kinds/pod.ts'
import { startTestCluster, type TestCluster } from './cluster.ts'

let cluster: TestCluster

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] })
  cluster = startTestCluster()
})

afterEach(() => {
  cluster.close()
  vi.useRealTimers()
})

function createJob(spec: object = {}): void {
  cluster.create('jobs.batch', {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'work' },
    spec: {
      template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'work' }] } },
      ...spec,
    },
  })
}

const job = () => cluster.kinds.get('jobs.batch', 'work', 'default')
const active = () => cluster.pods().filter(isActive)
const index = (pod: Pod) => pod.metadata.annotations?.['batch.kubernetes.io/job-completion-index']

function end(pod: Pod | undefined, phase: 'Succeeded' | 'Failed'): Promise<void> {
  const finishedAt = timestamp()
  const terminated = {
    exitCode: phase === 'Failed' ? 1 : 0,
    reason: 'Completed',
    startedAt: finishedAt,
    finishedAt,
  }
  if (pod)
    cluster.report(pod, {
      phase,
      containerStatuses: [
        {
          name: 'main',
          image: 'work',
          imageID: '',
          ready: false,
          restartCount: 0,
          state: { terminated },
          lastState: {},
        },
      ],
    })
  return cluster.settled()
}

test('a Job is complete when as many pods as it wants have succeeded, and no more than it may run at once', async () => {
  createJob({ completions: 3, parallelism: 2 })
  await cluster.settled()
  expect(active()).toHaveLength(2)
  expect(job()?.status).toMatchObject({ active: 2, ready: 2 })
  await end(active()[0], 'Succeeded')
  expect(active()).toHaveLength(2)
  await end(active()[0], 'Succeeded')
  expect(active()).toHaveLength(1)
  await end(active()[0], 'Succeeded')
  expect(job()?.status).toMatchObject({ succeeded: 3, conditions: [{ type: 'Complete', status: 'True' }] })
  expect(job()?.status?.completionTime).toBe(timestamp())
  expect(cluster.events()).toContain('Completed: Job completed')
})

test('a failed pod is tried again after a pause, and too many failures end the Job', async () => {
  createJob({ backoffLimit: 1 })
  await cluster.settled()
  await end(active()[0], 'Failed')
  expect(active()).toHaveLength(0)
  vi.advanceTimersByTime(10_000)
  await cluster.settled()
  expect(active()).toHaveLength(1)
  await end(active()[0], 'Failed')
  expect(job()?.status).toMatchObject({
    failed: 2,
    conditions: [
      {
        type: 'Failed',
        status: 'True',
        reason: 'BackoffLimitExceeded',
        message: 'Job has reached the specified backoff limit',
      },
    ],
  })
})

test('a success ends the pauses that failures before it have made longer', async () => {
  createJob({ completions: 2 })
  await cluster.settled()
  for (const seconds of [10, 20]) {
    await end(active()[0], 'Failed')
    expect(active()).toHaveLength(0)
    vi.advanceTimersByTime(seconds * 1000)
    await cluster.settled()
  }
  vi.advanceTimersByTime(1000)
  await end(active()[0], 'Succeeded')
  expect(active()).toHaveLength(1)
  vi.advanceTimersByTime(1000)
  await end(active()[0], 'Failed')
  vi.advanceTimersByTime(10_000)
  await cluster.settled()
  expect(active()).toHaveLength(1)
})

test('init containers that fail again and again end a Job, too', async () => {
  createJob({
    backoffLimit: 2,
    template: { spec: { restartPolicy: 'OnFailure', containers: [{ name: 'main', image: 'work' }] } },
  })
  await cluster.settled()
  const [pod] = active()
  if (!pod) throw new Error('there is no pod')
  const status = { name: 'first', image: 'work', imageID: '', ready: false, state: {}, lastState: {} }
  cluster.report(pod, { initContainerStatuses: [{ ...status, restartCount: 2 }] })
  await cluster.settled()
  expect(job()?.status?.conditions).toMatchObject([{ type: 'Failed', reason: 'BackoffLimitExceeded' }])
})

test('a Job that takes too long is ended with its pods', async () => {
  createJob({ activeDeadlineSeconds: 30 })
  await cluster.settled()
  vi.advanceTimersByTime(30_000)
  await cluster.settled()
  expect(active()).toHaveLength(0)
  expect(job()?.status?.conditions).toMatchObject([{ type: 'Failed', reason: 'DeadlineExceeded' }])
})

test('a Job goes by itself when its time after the end has passed, with its pods', async () => {
  createJob({ ttlSecondsAfterFinished: 60 })
  await cluster.settled()
  await end(active()[0], 'Succeeded')
  expect(job()).toBeDefined()
  vi.advanceTimersByTime(61_000)
  await cluster.settled()
  expect(job()).toBeUndefined()
  expect(cluster.pods()).toEqual([])
})

test('each number of an indexed Job is done once, by a pod that knows it', async () => {
  createJob({ completionMode: 'Indexed', completions: 3, parallelism: 2 })
  await cluster.settled()
  expect(active().map(index).toSorted()).toEqual(['0', '1'])
  const [first] = active()
  expect(first?.spec.hostname).toBe(`work-${first && index(first)}`)
  expect(first?.spec.containers[0]?.env?.map(({ name }) => name)).toEqual(['JOB_COMPLETION_INDEX'])
  await end(
    active().find(pod => index(pod) === '0'),
    'Succeeded',
  )
  expect(active().map(index).toSorted()).toEqual(['1', '2'])
  await end(
    active().find(pod => index(pod) === '2'),
    'Succeeded',
  )
  expect(job()?.status?.completedIndexes).toBe('0,2')
  await end(active()[0], 'Succeeded')
  expect(job()?.status?.completedIndexes).toBe('0-2')
})

test('a suspended Job has no pods until it is resumed', async () => {
  createJob({ suspend: true })
  await cluster.settled()
  expect(cluster.pods()).toEqual([])
  expect(job()?.status?.conditions).toMatchObject([{ type: 'Suspended', status: 'True' }])
  cluster.kinds.update('jobs.batch', 'work', 'default', current => ({
    ...current,
    spec: { ...current.spec, suspend: false },
  }))
  await cluster.settled()
  expect(active()).toHaveLength(1)
  expect(job()?.status?.conditions).toMatchObject([{ type: 'Suspended', status: 'False' }])
})
