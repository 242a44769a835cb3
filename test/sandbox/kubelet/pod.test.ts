import { readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { findCondition } from '../../../src/sandbox/kinds/conditions.ts'
import { startTestNode, type TestNode } from './node.ts'

let node: TestNode

beforeEach(async () => {
  node = await startTestNode()
})

afterEach(async () => {
  vi.useRealTimers()
  await node.close()
})

const isRunning = (container = 'main') => node.status(container).state.running !== undefined
const condition = (type: string) => findCondition(node.pod()?.status?.conditions, type)

test('a pod runs, and says where and since when', async () => {
  node.createPod()
  await node.until(() => isRunning())
  expect(node.pod()?.status).toMatchObject({
    phase: 'Running',
    podIP: '10.88.0.1',
    hostIP: '10.88.0.254',
    startTime: expect.any(String),
    containerStatuses: [
      { name: 'main', ready: true, started: true, restartCount: 0, imageID: 'sha256:1', lastState: {} },
    ],
  })
  for (const type of ['Initialized', 'Ready', 'ContainersReady'])
    expect(condition(type)).toMatchObject({ status: 'True', lastTransitionTime: expect.any(String) })
  expect(node.events).toEqual([
    'Pulled: Container image "web" already present on machine',
    'Created: Created container main',
    'Started: Started container main',
  ])
})

test('init containers come one after another, a sidecar keeps running, and only then the others start', async () => {
  node.createPod({
    initContainers: [
      { name: 'first', image: 'web' },
      { name: 'proxy', image: 'web', restartPolicy: 'Always' },
      { name: 'last', image: 'web' },
    ],
  })
  await node.until(() => isRunning('first'))
  expect(node.runtime.containers).toHaveLength(1)
  expect(node.status().state.waiting?.reason).toBe('PodInitializing')
  expect(condition('Initialized')).toMatchObject({
    status: 'False',
    message: 'containers with incomplete status: [first proxy last]',
  })
  node.runtime.newest('first').end(0)
  await node.until(() => isRunning('last'))
  expect(isRunning('proxy')).toBe(true)
  node.runtime.newest('last').end(0)
  await node.until(() => isRunning())
  expect(node.runtime.history.filter(each => each.startsWith('start'))).toEqual([
    'start first',
    'start proxy',
    'start last',
    'start main',
  ])
  node.deletePod()
  await node.until(() => node.pod() === undefined)
  // The sidecar outlives what the pod is for.
  expect(node.runtime.history.filter(each => each.startsWith('SIGTERM'))).toEqual([
    'SIGTERM main',
    'SIGTERM proxy',
  ])
})

test('an init container that fails is tried again, or ends a pod that is never restarted', async () => {
  node.createPod({ restartPolicy: 'Never', initContainers: [{ name: 'first', image: 'web' }] })
  await node.until(() => isRunning('first'))
  node.runtime.newest('first').end(3)
  await node.until(() => node.pod()?.status?.phase === 'Failed')
  expect(node.status('first').state.terminated).toMatchObject({ exitCode: 3, reason: 'Error' })
  expect(node.runtime.containers).toHaveLength(1)
})

test.each([
  ['Never', 0, 'Succeeded'],
  ['Never', 1, 'Failed'],
  ['OnFailure', 0, 'Succeeded'],
])('a pod that is restarted %s and ends with %i has %s', async (restartPolicy, exitCode, phase) => {
  node.createPod({ restartPolicy })
  await node.until(() => isRunning())
  node.runtime.newest('main').end(exitCode)
  await node.until(() => node.pod()?.status?.phase === phase)
  expect(condition('Ready')?.status).toBe('False')
  await node.until(() => node.runtime.history.includes('remove 10.88.0.1'))
})

test('a container that crashes starts again at once, then after 10 s, then after 20 s', async () => {
  node.createPod()
  await node.until(() => isRunning())
  node.runtime.newest('main').end(1)
  await node.until(() => isRunning() && node.status().restartCount === 1)
  expect(node.status().lastState.terminated).toMatchObject({ exitCode: 1, reason: 'Error' })
  expect(node.status().ready).toBe(true)
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  for (const [seconds, starts] of [
    [10, 3],
    [20, 4],
  ] as const) {
    node.runtime.newest('main').end(1)
    await node.until(() => node.status().state.waiting?.reason === 'CrashLoopBackOff')
    expect(node.status().state.waiting?.message).toMatch(
      `back-off ${seconds}s restarting failed container=main pod=web_default(`,
    )
    expect(node.pod()?.status?.phase).toBe('Running')
    vi.advanceTimersByTime(seconds * 1000 - 1)
    expect(node.runtime.containers).toHaveLength(starts - 1)
    vi.advanceTimersByTime(1)
    await node.until(() => isRunning())
    expect(node.runtime.containers).toHaveLength(starts)
  }
})

test('a pod that is deleted runs its hook, is asked to end, and leaves nothing behind', async () => {
  node.createPod({}, { lifecycle: { preStop: { exec: { command: ['drain'] } } } })
  await node.until(() => isRunning())
  node.deletePod()
  await node.until(() => node.pod() === undefined)
  expect(node.runtime.history.slice(1)).toEqual(['exec main drain', 'SIGTERM main', 'remove 10.88.0.1'])
  expect(node.events).toContain('Killing: Stopping container main')
  expect(readdirSync(`${node.folder}/pods`)).toEqual([])
})

test('a container that does not end when it is asked to is killed after its time', async () => {
  node.runtime.endsOnSignal = false
  node.createPod({ terminationGracePeriodSeconds: 60 })
  await node.until(() => isRunning())
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  node.deletePod()
  await node.until(() => node.runtime.history.includes('SIGTERM main'))
  vi.advanceTimersByTime(59_000)
  expect(node.runtime.history).not.toContain('SIGKILL main')
  // Who asks again may give less time.
  node.deletePod(1)
  vi.advanceTimersByTime(1_000)
  expect(node.runtime.history).toContain('SIGKILL main')
  vi.useRealTimers()
  await node.until(() => node.pod() === undefined)
})

test.each([
  ['years to end', { terminationGracePeriodSeconds: 100_000_000 }],
  ['years to run', { activeDeadlineSeconds: 100_000_000 }],
])('a pod that may take %s is not ended at once', async (_what, spec) => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  node.runtime.endsOnSignal = false
  node.createPod(spec, { lifecycle: { preStop: { exec: { command: ['drain'] } } } })
  await node.until(() => isRunning())
  vi.advanceTimersByTime(1_000_000)
  expect(node.pod()?.status?.phase).toBe('Running')
  node.deletePod()
  await node.until(() => node.runtime.history.includes('SIGTERM main'))
  if (!('activeDeadlineSeconds' in spec)) vi.advanceTimersByTime(1_000_000)
  expect(node.runtime.history).not.toContain('SIGKILL main')
  vi.useRealTimers()
})

test('what a container has for its last words does not fill the memory', async () => {
  node.createPod({ restartPolicy: 'Never' })
  await node.until(() => isRunning())
  writeFileSync(node.runtime.newest('main').source('/dev/termination-log'), 'x'.repeat(1_000_000))
  node.runtime.newest('main').end(1)
  await node.until(() => node.status().state.terminated !== undefined)
  expect(node.status().state.terminated?.message).toBe('x'.repeat(4096))
})

test('of all starts of a container the files of the last two are kept', async () => {
  node.createPod()
  await node.until(() => isRunning())
  node.addImage('web:2')
  for (let restart = 1; restart <= 3; restart++) {
    const image = restart % 2 === 1 ? 'web:2' : 'web'
    node.kinds.update('pods', 'web', 'default', pod => ({
      ...pod,
      spec: { ...pod.spec, containers: pod.spec.containers.map(each => ({ ...each, image })) },
    }))
    await node.until(() => isRunning() && node.status().restartCount === restart)
    node.runtime.newest('main').say('here')
  }
  const logs = path.dirname(node.runtime.newest('main').spec.logFile)
  expect(readdirSync(logs).toSorted()).toEqual(['2.log', '2.termination', '3.log', '3.termination'])
})

test('a pod that is removed by force is ended, too', async () => {
  node.createPod()
  await node.until(() => isRunning())
  node.deletePod(0)
  expect(node.pod()).toBeUndefined()
  await node.until(() => node.runtime.history.includes('remove 10.88.0.1'))
  expect(node.runtime.history).toContain('SIGTERM main')
})

test('a pod that runs for too long is failed', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  node.createPod({ activeDeadlineSeconds: 5 })
  await node.until(() => isRunning())
  vi.advanceTimersByTime(5_000)
  await node.until(() => node.pod()?.status?.phase === 'Failed')
  expect(node.pod()?.status?.reason).toBe('DeadlineExceeded')
})

test('an image that is missing is named, and the pod starts as soon as it is there', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  node.createPod({}, { image: 'shop' })
  await node.until(() => node.status().state.waiting?.reason === 'ErrImagePull')
  expect(node.status().state.waiting?.message).toContain('no image "shop"')
  vi.advanceTimersByTime(1_000)
  await node.until(() => node.status().state.waiting?.reason === 'ImagePullBackOff')
  node.addImage('shop')
  await node.until(() => isRunning())
})

test('what a container said last is its message, where it asks for that', async () => {
  node.createPod({ restartPolicy: 'Never' }, { terminationMessagePolicy: 'FallbackToLogsOnError' })
  await node.until(() => isRunning())
  node.runtime.newest('main').say('last words')
  node.runtime.newest('main').end(1)
  await node.until(() => node.status().state.terminated !== undefined)
  expect(node.status().state.terminated?.message).toBe('last words\n')
})

test('a program that cannot be started fails a pod that is never restarted', async () => {
  node.runtime.startFailure = 'exec: "srever": executable file not found in $PATH'
  node.createPod({ restartPolicy: 'Never' })
  await node.until(() => node.pod()?.status?.phase === 'Failed')
  expect(node.status().state.terminated?.reason).toBe('StartError')
})

test('a program that cannot be started says why', async () => {
  node.runtime.startFailure = 'exec: "srever": executable file not found in $PATH'
  node.createPod()
  await node.until(() => node.status().lastState.terminated?.reason === 'StartError')
  expect(node.status().lastState.terminated).toMatchObject({
    exitCode: 128,
    message: expect.stringContaining('srever'),
  })
})

test('another image starts the container again, in the same pod and at once', async () => {
  node.addImage('web:2')
  node.createPod()
  await node.until(() => isRunning())
  const uid = node.pod()?.metadata.uid
  for (const [image, restartCount] of [
    ['web:2', 1],
    ['web', 2],
  ] as const) {
    node.kinds.update('pods', 'web', 'default', pod => ({
      ...pod,
      spec: { ...pod.spec, containers: pod.spec.containers.map(each => ({ ...each, image })) },
    }))
    await node.until(() => isRunning() && node.status().restartCount === restartCount)
    expect(node.runtime.newest('main').spec.image).toBe(image)
  }
  expect(node.pod()?.metadata.uid).toBe(uid)
})

test.each([
  ['spec.hostNetwork', { hostNetwork: true }],
  [
    'spec.containers[main].securityContext.privileged',
    { containers: [container({ securityContext: { privileged: true } })] },
  ],
  [
    'spec.containers[main].readinessProbe.grpc',
    { containers: [container({ readinessProbe: { grpc: { port: 1 } } })] },
  ],
])('what the sandbox does not have is refused by name: %s', async (field, spec) => {
  node.createPod(spec)
  await node.until(() => node.status().state.waiting?.reason === 'CreateContainerConfigError')
  expect(node.status().state.waiting?.message).toContain(`does not have ${field}`)
  expect(node.events.some(event => event.includes(field))).toBe(true)
  expect(node.runtime.containers).toEqual([])
  node.deletePod()
  await node.until(() => node.pod() === undefined)
})

function container(more: object) {
  return { name: 'main', image: 'web', ...more }
}
