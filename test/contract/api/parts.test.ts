import { expect, test } from 'vitest'
import { isSince } from '../differences.ts'
import { valueAt } from '../rig/answer.ts'
import { call } from '../rig/call.ts'
import { untilEvent } from '../rig/events.ts'
import { pod, unschedulable, workload } from '../rig/manifests.ts'
import { openSpace } from '../rig/namespace.ts'

const space = await openSpace('parts')
const { deployments, replicaSets, pods, events, namespace } = space

function makeDeployment(name: string, replicas = 0) {
  return deployments.make(workload(name, unschedulable(), { replicas }))
}

function unscheduled(name: string) {
  return pod(name, unschedulable())
}

test('a write of the status changes nothing else', async () => {
  const made = await pods.make(unscheduled('stated'))
  const changed = {
    ...made,
    metadata: { name: 'stated', labels: { ...made.metadata.labels, sneaked: 'in' } },
    status: { phase: 'Pending', message: 'said by a test' },
  }
  const { object } = await pods.replace('stated', changed, 'status')
  expect(object).toMatchObject({ status: { message: 'said by a test' } })
  expect((await pods.get('stated')).object).toMatchObject({
    spec: { containers: [{ name: 'main' }] },
    status: { message: 'said by a test' },
  })
})

test('a write of an object does not change its status', async () => {
  await makeDeployment('unstated')
  const made = await deployments.until('unstated', { status: { observedGeneration: 1 } })
  const { object } = await deployments.patch('unstated', 'merge', {
    status: { replicas: 99 },
    metadata: { labels: { a: 'b' } },
  })
  expect(object.metadata.labels).toMatchObject({ a: 'b' })
  expect(valueAt(object, 'status.replicas')).toBe(valueAt(made, 'status.replicas'))
})

test('a status can be patched', async () => {
  await pods.make(unscheduled('restated'))
  const conditions = [{ type: 'example.com/tested', status: 'True' }]
  const { object } = await pods.patch('restated', 'strategic', { status: { conditions } }, { part: 'status' })
  expect(valueAt(object, 'status.conditions')).toEqual(
    expect.arrayContaining([expect.objectContaining({ type: 'example.com/tested', status: 'True' })]),
  )
})

test('a scale tells how many there are and how many are wanted', async () => {
  await makeDeployment('measured')
  expect((await deployments.get('measured', 'scale')).body).toMatchObject({
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name: 'measured', namespace },
    spec: {},
    status: { replicas: 0, selector: 'app=measured' },
  })
})

test('a scale that is written scales', async () => {
  await makeDeployment('scaled')
  const scale = {
    apiVersion: 'autoscaling/v1',
    kind: 'Scale',
    metadata: { name: 'scaled', namespace },
    spec: { replicas: 2 },
  }
  expect(await deployments.replace('scaled', scale, 'scale')).toMatchObject({
    status: 200,
    body: { kind: 'Scale', spec: { replicas: 2 } },
  })
  await replicaSets.untilAll('app=scaled', ([set]) => valueAt(set ?? {}, 'spec.replicas') === 2)
  expect((await deployments.get('scaled')).body).toMatchObject({ spec: { replicas: 2 } })
})

test('a scale can be patched', async () => {
  await makeDeployment('rescaled')
  expect(
    await deployments.patch('rescaled', 'merge', { spec: { replicas: 1 } }, { part: 'scale' }),
  ).toMatchObject({
    status: 200,
    body: { spec: { replicas: 1 } },
  })
})

test('a scale below nothing is refused', async () => {
  await makeDeployment('negative')
  expect(
    (await deployments.patch('negative', 'merge', { spec: { replicas: -1 } }, { part: 'scale' })).status,
  ).toBe(422)
})

test('a part that a kind does not have is not there', async () => {
  await makeDeployment('whole')
  expect((await deployments.get('whole', 'engine')).status).toBe(404)
})

test('an eviction deletes a pod', async () => {
  await pods.make(unscheduled('evicted'))
  const apiVersion = isSince('stable evictions') ? 'policy/v1' : 'policy/v1beta1'
  const body = { apiVersion, kind: 'Eviction', metadata: { name: 'evicted', namespace } }
  expect((await call('POST', pods.path('evicted', 'eviction'), { body })).status).toBe(201)
  await pods.untilGone('evicted')
})

test('an event can be written and found by what it is about', async () => {
  const made = await pods.make(unscheduled('eventful'))
  const involvedObject = {
    kind: 'Pod',
    namespace,
    name: 'eventful',
    uid: made.metadata.uid,
    apiVersion: 'v1',
  }
  await events.make({
    metadata: { generateName: 'eventful.' },
    involvedObject,
    reason: 'Tested',
    message: 'a test was here',
    type: 'Normal',
    count: 1,
    firstTimestamp: '2026-01-01T00:00:00Z',
    lastTimestamp: '2026-01-01T00:00:00Z',
    source: { component: 'contract' },
  })
  const fieldSelector = 'involvedObject.name=eventful,involvedObject.kind=Pod,reason=Tested,type=Normal'
  expect((await events.list({ fieldSelector })).items).toMatchObject([{ message: 'a test was here' }])
  const path = `/apis/events.k8s.io/v1/namespaces/${namespace}/events`
  expect((await call('GET', path, { query: { fieldSelector: 'reason=Tested' } })).items).toMatchObject([
    { note: 'a test was here', regarding: { name: 'eventful' } },
  ])
})

test('a pod that fits nowhere says why', async () => {
  await pods.make(unscheduled('unfit'))
  await pods.until('unfit', {
    status: {
      phase: 'Pending',
      conditions: [
        {
          type: 'PodScheduled',
          status: 'False',
          reason: 'Unschedulable',
          message: expect.stringContaining('Insufficient cpu'),
        },
      ],
    },
  })
  await untilEvent(space, 'unfit', { reason: 'FailedScheduling', type: 'Warning' })
})
