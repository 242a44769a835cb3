import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { parseSchedule } from '../../../src/sandbox/controllers/cron-schedule.ts'
import { setCondition } from '../../../src/sandbox/kinds/conditions.ts'
import { writeStatus } from '../../../src/sandbox/kinds/status.ts'
import { startTestCluster, type TestCluster } from './cluster.ts'

let cluster: TestCluster

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] })
  vi.setSystemTime('2026-05-04T10:00:30Z')
  cluster = startTestCluster()
})

afterEach(() => {
  cluster.close()
  vi.useRealTimers()
})

function createCronJob(spec: object = {}): void {
  cluster.create('cronjobs.batch', {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'clean' },
    spec: {
      schedule: '* * * * *',
      jobTemplate: {
        spec: {
          template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'work' }] } },
        },
      },
      ...spec,
    },
  })
}

const jobs = () => cluster.kinds.list('jobs.batch', 'default')
const status = () => cluster.kinds.get('cronjobs.batch', 'clean', 'default')?.status

async function pass(seconds: number): Promise<void> {
  vi.advanceTimersByTime(seconds * 1000)
  await cluster.settled()
}

function completeAll(): void {
  for (const job of jobs())
    writeStatus(cluster.kinds, 'jobs.batch', job, {
      ...job.status,
      conditions: setCondition([], { type: 'Complete', status: 'True' }),
    })
}

test('a Job is made whenever the time has come, and says for which time', async () => {
  createCronJob()
  await cluster.settled()
  expect(jobs()).toEqual([])
  await pass(31)
  expect(jobs()).toHaveLength(1)
  expect(jobs()[0]?.metadata.annotations).toMatchObject({
    'batch.kubernetes.io/cronjob-scheduled-timestamp': '2026-05-04T10:01:00Z',
  })
  expect(status()).toMatchObject({
    lastScheduleTime: '2026-05-04T10:01:00Z',
    active: [{ kind: 'Job', name: jobs()[0]?.metadata.name }],
  })
  await pass(60)
  expect(jobs()).toHaveLength(2)
})

test('a Job that still runs holds up the next one, or is replaced, as is wanted', async () => {
  createCronJob({ concurrencyPolicy: 'Forbid' })
  await cluster.settled()
  await pass(31)
  const [first] = jobs()
  await pass(60)
  expect(jobs().map(({ metadata }) => metadata.uid)).toEqual([first?.metadata.uid])
  expect(cluster.events().some(event => event.startsWith('JobAlreadyActive'))).toBe(true)
  cluster.kinds.update('cronjobs.batch', 'clean', 'default', current => ({
    ...current,
    spec: { ...current.spec, concurrencyPolicy: 'Replace' },
  }))
  await pass(60)
  expect(jobs()).toHaveLength(1)
  expect(jobs()[0]?.metadata.uid).not.toBe(first?.metadata.uid)
})

test('nothing runs while it is suspended, and old Jobs are cleared away', async () => {
  createCronJob({ successfulJobsHistoryLimit: 1 })
  await cluster.settled()
  for (let i = 0; i < 3; i++) {
    await pass(60)
    completeAll()
    await cluster.settled()
  }
  expect(jobs()).toHaveLength(1)
  const [last] = jobs()
  cluster.kinds.update('cronjobs.batch', 'clean', 'default', current => ({
    ...current,
    spec: { ...current.spec, suspend: true },
  }))
  await pass(300)
  expect(jobs().map(({ metadata }) => metadata.uid)).toEqual([last?.metadata.uid])
})

test('a time zone and both kinds of days are understood; anything else is named', () => {
  const next = (expression: string, zone?: string) => {
    const schedule = parseSchedule(expression, zone)
    return typeof schedule === 'string' ? schedule : schedule.next(new Date('2026-05-04T10:00:30Z'))
  }
  expect(next('30 9 * * *', 'Europe/Berlin')).toEqual(new Date('2026-05-05T07:30:00Z'))
  // The 15th, or a Monday.
  expect(next('0 0 15 * 1')).toEqual(new Date('2026-05-11T00:00:00Z'))
  expect(next('@hourly')).toEqual(new Date('2026-05-04T11:00:00Z'))
  expect(next('* * * *')).toMatch('expected exactly 5 fields, found 4')
  expect(next('* * * * *', 'Nowhere/City')).toEqual(expect.any(String))
  expect(next('61 * * * *')).toEqual(expect.any(String))
})
