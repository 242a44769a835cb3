import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createObserver, type Observer } from '../../src/deploy/observe.ts'
import type { PodObject } from '../../src/deploy/pod-object.ts'
import { projectLabel, serviceLabel } from '../../src/model/kube.ts'
import type { ApiError } from '../../src/model/kube-api.ts'
import type { AppliedWorkload, Rollout } from '../../src/model/rollout.ts'
import { FakeKubeApi } from '../fakes/kube-api.ts'
import { healthyStages, podFixture, workloadFixture } from './fixtures.ts'

const unreachable: ApiError = { kind: 'unreachable', message: 'connection refused' }

let api: FakeKubeApi
let observer: Observer
let rollouts: { service: string; rollout: Rollout }[]
let connection: (ApiError | undefined)[]

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-11-21T08:00:00Z') })
  api = new FakeKubeApi()
  rollouts = []
  connection = []
  observer = observe()
})

afterEach(async () => {
  await observer.close()
  vi.useRealTimers()
})

describe('what is in the cluster already', () => {
  test('is known before anything is applied, so that a port can lead to it', async () => {
    api.put(podFixture('healthy').pod)
    await settle()
    expect(observer.pods('healthy')).toMatchObject([{ isReady: true, workload: 'Deployment/healthy' }])
    expect(rollouts).toEqual([])
  })

  test('and is unchanged by an apply counts as live at once', async () => {
    putHealthy()
    observer.track('healthy', [appliedOf('healthy')])
    await settle()
    expect(last()).toMatchObject({ phase: 'ready', ready: 1, wanted: 1 })
  })

  test('is told again after each apply, for the user who waits for an answer', async () => {
    putHealthy()
    observer.track('healthy', [appliedOf('healthy')])
    await settle()
    const before = rollouts.length
    observer.track('healthy', [appliedOf('healthy')])
    expect(rollouts.slice(before).map(({ rollout }) => rollout.phase)).toEqual(['ready'])
  })

  test('is never told as gone before the cluster has shown what there is', async () => {
    putHealthy()
    await observer.close()
    observer = observe()
    observer.track('healthy', [appliedOf('healthy')])
    await settle()
    expect(rollouts.map(({ rollout }) => [rollout.phase, rollout.pods.length])).toEqual([['ready', 1]])
  })

  test('is told of one service though another is where this user may not look', async () => {
    await observer.close()
    api.isForbidden = ({ namespace }) => namespace === undefined || namespace === 'secret'
    observer = observe()
    putHealthy()
    observer.track('healthy', [appliedOf('healthy')])
    observer.track('hidden', [{ ...appliedOf('hidden'), namespace: 'secret' }])
    await settle()
    expect(last('healthy')).toMatchObject({ phase: 'ready' })
    expect(rollouts.some(({ service }) => service === 'hidden')).toBe(false)
  })

  test('of another project is none of ours', async () => {
    const { pod } = podFixture('healthy')
    api.put({
      ...pod,
      metadata: { ...pod.metadata, labels: { ...pod.metadata.labels, [projectLabel]: 'other' } },
    })
    await settle()
    expect(observer.pods('healthy')).toEqual([])
  })
})

describe('a new pod', () => {
  test('is followed until it is live, and each step is told once', async () => {
    putDeployment('healthy')
    observer.track('healthy', [appliedOf('healthy')])
    await settle()
    const before = rollouts.length
    for (const pod of healthyStages()) {
      api.put(pod)
      api.put({ ...pod, metadata: { ...pod.metadata, resourceVersion: 'same but for its version' } })
    }
    expect(rollouts.slice(before).map(({ rollout }) => [rollout.phase, rollout.pods[0]?.word])).toEqual([
      ['progressing', 'starting'],
      ['ready', 'running'],
    ])
  })

  test('that is deleted is no longer ready', async () => {
    putHealthy()
    observer.track('healthy', [appliedOf('healthy')])
    await settle()
    api.remove(podFixture('healthy').pod)
    expect(last()).toMatchObject({ phase: 'progressing', ready: 0, pods: [] })
  })

  test('makes only its own service live', async () => {
    putHealthy()
    putDeployment('crash-1')
    observer.track('healthy', [appliedOf('healthy')])
    observer.track('crash-1', [appliedOf('crash-1')])
    await settle()
    expect(last('healthy').phase).toBe('ready')
    expect(last('crash-1').phase).toBe('progressing')
  })
})

describe('a crash', () => {
  const { pod, log } = podFixture('crash-1')

  beforeEach(async () => {
    putDeployment('crash-1')
    observer.track('crash-1', [appliedOf('crash-1')])
    await settle()
  })

  test('is shown with its last lines, and they are asked for once', async () => {
    api.logs.set(`${pod.metadata.name}/app previous`, log)
    api.put(pod)
    await settle()
    expect(last()).toMatchObject({ phase: 'failed', failure: { code: 'rollout/crash', output: log } })
    api.put({ ...pod, metadata: { ...pod.metadata, labels: { ...pod.metadata.labels, changed: 'yes' } } })
    await settle()
    expect(api.logRequests).toEqual([
      { namespace: 'obs-trouble', pod: pod.metadata.name, container: 'app', tailLines: 20, previous: true },
    ])
  })

  test('never shows the lines of the instance that followed it', async () => {
    const name = `${pod.metadata.name}/app`
    const ended = pod.status?.containerStatuses?.[0]?.lastState.terminated
    api.logs.set(name, ['listening on 8080'])
    api.put(withContainer(pod, { state: { ...(ended && { terminated: ended }) } }))
    await settle()
    api.logs.set(`${name} previous`, log)
    api.put(withContainer(pod, { state: { running: { startedAt: '2026-11-21T07:16:16Z' } } }))
    await settle()
    expect(last().failure?.output).toEqual(log)
  })

  test('stays on the screen while the lines of the next crash are read', async () => {
    api.put(pod)
    await settle()
    const before = rollouts.length
    const ended = { exitCode: 1, startedAt: '2026-11-21T07:21:00Z', finishedAt: '2026-11-21T07:21:00Z' }
    api.put(withContainer(pod, { lastState: { terminated: ended }, restartCount: 7 }))
    await settle()
    expect(rollouts.slice(before).map(({ rollout }) => rollout.phase)).not.toContain('progressing')
    expect(last().failure?.message).toMatch(/crashed 8 times/)
  })

  test('is shown without lines where there are none, or where they do not come in time', async () => {
    api.areLogsStuck = true
    api.put(pod)
    await settle()
    expect(last().failure).toBeUndefined()
    await vi.waitFor(() => expect(last().failure?.message).toMatch(/crashed 7 times/), { timeout: 10_000 })
    expect(last().failure?.output).toBeUndefined()
  })

  test('whose lines are still being read does not hold up the end of devloop', async () => {
    api.areLogsStuck = true
    api.put(pod)
    const before = rollouts.length
    await observer.close()
    expect(rollouts.length).toBe(before)
  })
})

describe('what the cluster says of a pod', () => {
  test('reaches the user when it is said, also after the pod was seen', async () => {
    const { pod, events } = podFixture('mount-configmap')
    putDeployment('mount-configmap')
    observer.track('mount-configmap', [appliedOf('mount-configmap')])
    await settle()
    api.put(pod)
    expect(last()).toMatchObject({ phase: 'progressing' })
    for (const event of events) api.put(event)
    expect(last()).toMatchObject({ phase: 'failed', failure: { code: 'rollout/volume' } })
  })
})

describe('time alone', () => {
  test('turns a pod for which there is no node into a failure', async () => {
    putDeployment('unschedulable-cpu')
    observer.track('unschedulable-cpu', [appliedOf('unschedulable-cpu')])
    await settle()
    api.put(podFixture('unschedulable-cpu').pod)
    expect(last().failure).toBeUndefined()
    vi.advanceTimersByTime(2_000)
    expect(last()).toMatchObject({ phase: 'progressing', failure: { code: 'rollout/unschedulable' } })
    vi.advanceTimersByTime(13_000)
    expect(last().phase).toBe('failed')
  })

  test('turns a rollout that stands still into a failure that names its pods', async () => {
    const [starting] = healthyStages()
    putDeployment('healthy')
    observer.track('healthy', [appliedOf('healthy')])
    await settle()
    vi.advanceTimersByTime(100_000)
    if (starting) api.put(starting)
    vi.advanceTimersByTime(119_000)
    expect(last().phase).toBe('progressing')
    vi.advanceTimersByTime(1_000)
    expect(last()).toMatchObject({
      phase: 'failed',
      failure: {
        code: 'rollout/stalled',
        message: '0 of 1 pods is ready, and no more have become so within 120 s.',
        why: `${starting?.metadata.name}: starting`,
      },
    })
  })

  test('says nothing against a rollout that cannot be seen, until it can be seen again', async () => {
    putDeployment('healthy')
    observer.track('healthy', [appliedOf('healthy')])
    await settle()
    api.interrupt(unreachable)
    vi.advanceTimersByTime(600_000)
    expect(last().phase).toBe('progressing')
    api.recover()
    vi.advanceTimersByTime(119_000)
    expect(last().phase).toBe('progressing')
    vi.advanceTimersByTime(1_000)
    expect(last().phase).toBe('failed')
  })

  test('does not undo a failure that a late pod has mended', async () => {
    putDeployment('healthy')
    observer.track('healthy', [appliedOf('healthy')])
    await settle()
    vi.advanceTimersByTime(120_000)
    expect(last().phase).toBe('failed')
    api.put(podFixture('healthy').pod)
    expect(last()).toMatchObject({ phase: 'ready' })
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('the connection', () => {
  test('is reported lost once, and back once, however many watches there are', async () => {
    putHealthy()
    observer.track('healthy', [appliedOf('healthy')])
    await settle()
    api.interrupt(unreachable)
    api.recover()
    expect(connection).toEqual([unreachable, undefined])
  })

  test('that was lost hides nothing: what happened meanwhile is told when it is back', async () => {
    putHealthy()
    observer.track('healthy', [appliedOf('healthy')])
    await settle()
    const { pod } = podFixture('healthy')
    api.interrupt(unreachable)
    api.loseSilently(pod)
    api.recover()
    expect(last()).toMatchObject({ phase: 'progressing', pods: [] })
  })
})

describe('a pod that crashed once and recovered', () => {
  test('does not have to prove itself again after every interruption', async () => {
    const { pod } = podFixture('crash-1')
    const running = withContainer(pod, { state: { running: { startedAt: '2026-11-21T07:59:59Z' } } })
    if (running.status) running.status.conditions = [{ type: 'Ready', status: 'True' }]
    putDeployment('crash-1')
    api.put(running)
    observer.track('crash-1', [appliedOf('crash-1')])
    await vi.advanceTimersByTimeAsync(1_000)
    expect(last().phase).toBe('ready')
    const before = rollouts.length
    api.interrupt(unreachable)
    api.recover()
    expect(rollouts.length).toBe(before)
  })
})

describe('the load on the API server', () => {
  test('is one watch a kind, however many services there are', async () => {
    for (const service of ['a', 'b', 'c'])
      observer.track(service, [appliedOf(service), appliedOf(`${service}2`)])
    observer.track('d', [{ ...appliedOf('d'), kind: 'StatefulSet' }])
    expect(api.watched.toSorted()).toEqual(['deployments', 'events in obs-trouble', 'pods', 'statefulsets'])
    observer.untrack('d')
    expect(api.watched).not.toContain('statefulsets')
  })

  test('ends with the observer', async () => {
    observer.track('a', [appliedOf('a')])
    await observer.close()
    observer.track('b', [appliedOf('b')])
    expect(api.watched).toEqual([])
    expect(vi.getTimerCount()).toBe(0)
  })

  test('is no watch of all namespaces for a user who may only see some', async () => {
    await observer.close()
    api.isForbidden = ({ namespace }) => namespace === undefined
    observer = observe()
    putHealthy()
    observer.track('healthy', [appliedOf('healthy')])
    await settle()
    expect(api.watched.toSorted()).toEqual([
      'deployments in obs-trouble',
      'events in obs-trouble',
      'pods in obs-trouble',
    ])
    expect(last().phase).toBe('ready')
    expect(connection).toEqual([])
  })

  test('needs no right to see events, without which only messages are shorter', async () => {
    api.isForbidden = (_, { kind }) => kind === 'Event'
    putHealthy()
    observer.track('healthy', [appliedOf('healthy')])
    await settle()
    expect(connection).toEqual([])
    expect(last().phase).toBe('ready')
    expect(api.watched).not.toContain('events in obs-trouble')
  })

  test('a user who may not see the pods at all is told so', async () => {
    await observer.close()
    api.isForbidden = (_, { kind }) => kind === 'Pod'
    observer = observe()
    observer.track('healthy', [appliedOf('healthy')])
    await settle()
    expect(connection).toMatchObject([{ kind: 'forbidden' }])
  })
})

test('a service that is gone is no longer told of', async () => {
  putHealthy()
  observer.track('healthy', [appliedOf('healthy')])
  await settle()
  observer.untrack('healthy')
  const before = rollouts.length
  api.remove(podFixture('healthy').pod)
  vi.advanceTimersByTime(600_000)
  expect(rollouts.length).toBe(before)
})

function observe(): Observer {
  return createObserver({
    api,
    project: 'obs',
    onRollout: (service, rollout) => rollouts.push({ service, rollout }),
    onConnection: error => connection.push(error),
  })
}

/** Lets the fake server and what waits for it come to rest. */
async function settle(): Promise<void> {
  await vi.advanceTimersByTimeAsync(0)
}

/** The newest rollout, of a service where several are tracked. */
function last(service?: string): Rollout {
  const found = rollouts.findLast(one => service === undefined || one.service === service)
  if (!found) throw new Error('no rollout was told')
  return found.rollout
}

function putHealthy(): void {
  putDeployment('healthy')
  api.put(podFixture('healthy').pod)
}

/** A Deployment of one pod, as its controller left it. */
function putDeployment(name: string): void {
  const { uid: _, resourceVersion: __, ...metadata } = workloadFixture('healthy').metadata
  const labels = { [projectLabel]: 'obs', [serviceLabel]: name }
  const { spec, status, ...object } = workloadFixture('healthy')
  api.put({ ...object, metadata: { ...metadata, name, labels }, spec: { ...spec, replicas: 1 }, status })
}

function appliedOf(name: string): AppliedWorkload {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    namespace: 'obs-trouble',
    name,
    template: 't1',
    generation: 1,
    source: { file: '/shop/k8s/web.yaml', line: 1 },
  }
}

function withContainer(pod: PodObject, change: object): PodObject {
  const changed = structuredClone(pod)
  const [container] = changed.status?.containerStatuses ?? []
  if (container) Object.assign(container, change)
  return changed
}
