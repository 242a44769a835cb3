import { expect, test } from 'vitest'
import { namesOf, textAt, valueAt } from '../rig/answer.ts'
import { call } from '../rig/call.ts'
import type { Pattern } from '../rig/collection.ts'
import { pod, shell, unschedulable, untilTold, workload } from '../rig/manifests.ts'
import { openSpace } from '../rig/namespace.ts'

const space = await openSpace('sets')
const { replicaSets, statefulSets, daemonSets, pods, namespace } = space

function idle(version = '1', more: Pattern = {}) {
  return shell(untilTold, { env: [{ name: 'VERSION', value: version }], ...more })
}

/** The variable of each pod, by their names. */
async function versions(app: string) {
  const { items } = await pods.list({ labelSelector: `app=${app}` })
  return Object.fromEntries(
    items.map(item => [item.metadata.name, textAt(item, 'spec.containers.0.env.0.value')]),
  )
}

function changeTo(version: string) {
  return {
    spec: {
      template: { spec: { containers: [{ name: 'main', env: [{ name: 'VERSION', value: version }] }] } },
    },
  }
}

test('a ReplicaSet takes over pods that it selects, and ends those that are too many', async () => {
  await Promise.all(
    ['one', 'two'].map(name =>
      pods.make({ ...pod(name, unschedulable()), metadata: { name, labels: { app: 'takes' } } }),
    ),
  )
  const { metadata } = await replicaSets.make(workload('takes', unschedulable(), { replicas: 1 }))
  const [left] = await pods.untilAll('app=takes', found => found.length === 1)
  expect(['one', 'two']).toContain(left?.metadata.name)
  await pods.until(left?.metadata.name ?? '', { metadata: { ownerReferences: [{ uid: metadata.uid }] } })
})

test('a pod that loses its label is let go and replaced', async () => {
  await replicaSets.make(workload('lets-go', unschedulable(), { replicas: 1 }))
  const [first] = await pods.untilAll('app=lets-go', found => found.length === 1)
  const name = first?.metadata.name ?? ''
  await pods.patch(name, 'merge', { metadata: { labels: { app: 'let-go' } } })
  const [second] = await pods.untilAll(
    'app=lets-go',
    found => found.length === 1 && found[0]?.metadata.name !== name,
  )
  expect(second).toBeDefined()
  const free = await pods.untilAll('app=let-go', found => found[0]?.metadata.ownerReferences === undefined)
  expect(namesOf(free)).toEqual([name])
})

test('a ReplicaSet tells how many of its pods are there, ready and available', async () => {
  await replicaSets.make(workload('tells', idle(), { replicas: 2 }))
  await replicaSets.until('tells', {
    status: {
      replicas: 2,
      fullyLabeledReplicas: 2,
      readyReplicas: 2,
      availableReplicas: 2,
      observedGeneration: 1,
    },
  })
})

test('a StatefulSet starts its pods one after the other, by number', async () => {
  const readinessProbe = { exec: { command: ['true'] }, periodSeconds: 1, initialDelaySeconds: 1 }
  using watch = await pods.watch({ labelSelector: 'app=ordered' })
  await statefulSets.make(
    workload('ordered', idle('1', { readinessProbe }), { serviceName: 'ordered', replicas: 2 }),
  )
  await statefulSets.until('ordered', { status: { replicas: 2, readyReplicas: 2, currentReplicas: 2 } })
  const secondAt = watch.story.indexOf('ADDED ordered-1')
  const isReady = {
    conditions: expect.arrayContaining([expect.objectContaining({ type: 'Ready', status: 'True' })]),
  }
  const before = watch.entries.slice(0, secondAt).map(({ object }) => object)
  expect(before.at(-1)).toMatchObject({ metadata: { name: 'ordered-0' }, status: isReady })
})

test('a pod of a StatefulSet has its name, its host name and its labels', async () => {
  await statefulSets.make(workload('named', unschedulable(), { serviceName: 'peers', replicas: 1 }))
  expect(await pods.until('named-0', { status: { phase: 'Pending' } })).toMatchObject({
    metadata: {
      labels: {
        app: 'named',
        'statefulset.kubernetes.io/pod-name': 'named-0',
        'controller-revision-hash': expect.stringMatching(/^named-/),
      },
      ownerReferences: [{ kind: 'StatefulSet', name: 'named', controller: true }],
    },
    spec: { hostname: 'named-0', subdomain: 'peers' },
  })
})

test('a pod of a StatefulSet comes back under its name', async () => {
  await statefulSets.make(workload('returns', idle(), { serviceName: 'returns', replicas: 1 }))
  const { metadata } = await pods.until('returns-0', { status: { phase: 'Running' } })
  await pods.delete('returns-0')
  using watch = await pods.watch({ fieldSelector: 'metadata.name=returns-0' })
  await watch.until(events =>
    events.some(
      ({ object }) => object.metadata.uid !== metadata.uid && valueAt(object, 'status.phase') === 'Running',
    ),
  )
})

test('a StatefulSet changes its pods from the last to the first, down to its partition', async () => {
  const updateStrategy = { type: 'RollingUpdate', rollingUpdate: { partition: 1 } }
  const spec = { serviceName: 'parted', replicas: 2, podManagementPolicy: 'Parallel', updateStrategy }
  await statefulSets.make(workload('parted', idle(), spec))
  await statefulSets.until('parted', { status: { readyReplicas: 2 } })
  await statefulSets.patch('parted', 'strategic', changeTo('2'))
  await statefulSets.until('parted', {
    status: { observedGeneration: 2, updatedReplicas: 1, readyReplicas: 2 },
  })
  expect(await versions('parted')).toEqual({ 'parted-0': '1', 'parted-1': '2' })
  await statefulSets.patch('parted', 'merge', {
    spec: { updateStrategy: { rollingUpdate: { partition: 0 } } },
  })
  const done = await statefulSets.until('parted', {
    status: { observedGeneration: 3, updatedReplicas: 2, readyReplicas: 2 },
  })
  expect(await versions('parted')).toEqual({ 'parted-0': '2', 'parted-1': '2' })
  await statefulSets.until('parted', { status: { currentRevision: textAt(done, 'status.updateRevision') } })
})

test('a StatefulSet that shrinks ends its last pod first', async () => {
  const spec = { serviceName: 'shrinks', replicas: 2, podManagementPolicy: 'Parallel' }
  await statefulSets.make(workload('shrinks', idle(), spec))
  await statefulSets.until('shrinks', { status: { readyReplicas: 2 } })
  await statefulSets.patch('shrinks', 'merge', { spec: { replicas: 1 } }, { part: 'scale' })
  await pods.untilGone('shrinks-1')
  expect((await pods.get('shrinks-0')).object.metadata).not.toHaveProperty('deletionTimestamp')
})

test('a DaemonSet runs one pod on each node, and replaces it when its template changes', async () => {
  const nodes = (await call('GET', '/api/v1/nodes')).items.length
  await daemonSets.make(workload('everywhere', idle()))
  const counts = {
    desiredNumberScheduled: nodes,
    currentNumberScheduled: nodes,
    numberReady: nodes,
    numberAvailable: nodes,
  }
  await daemonSets.until('everywhere', {
    status: { ...counts, updatedNumberScheduled: nodes, observedGeneration: 1 },
  })
  const [first] = (await pods.list({ labelSelector: 'app=everywhere' })).items
  expect(first?.metadata).toMatchObject({ ownerReferences: [{ kind: 'DaemonSet', name: 'everywhere' }] })
  await daemonSets.patch('everywhere', 'strategic', changeTo('2'))
  await daemonSets.until('everywhere', {
    status: { ...counts, updatedNumberScheduled: nodes, observedGeneration: 2 },
  })
  await pods.untilAll('app=everywhere', found => found.length === nodes)
  expect(Object.values(await versions('everywhere'))).toEqual(Array.from({ length: nodes }, () => '2'))
})

test('a DaemonSet that no node suits runs nothing', async () => {
  const manifest = workload('nowhere', unschedulable())
  await daemonSets.make(manifest)
  await pods.untilAll('app=nowhere', found => found.length > 0)
  const nodeSelector = { 'example.com/no-such': 'node' }
  await daemonSets.patch('nowhere', 'merge', { spec: { template: { spec: { nodeSelector } } } })
  await daemonSets.until('nowhere', { status: { desiredNumberScheduled: 0, currentNumberScheduled: 0 } })
  await pods.untilAll('app=nowhere', found => found.length === 0)
})

test('what a StatefulSet and a DaemonSet were before is kept as revisions', async () => {
  await statefulSets.make(workload('recorded', idle(), { serviceName: 'recorded', replicas: 0 }))
  await statefulSets.until('recorded', { status: { observedGeneration: 1 } })
  await statefulSets.patch('recorded', 'strategic', changeTo('2'))
  await statefulSets.until('recorded', { status: { observedGeneration: 2 } })
  const path = `/apis/apps/v1/namespaces/${namespace}/controllerrevisions`
  const { items } = await call('GET', path, { query: { labelSelector: 'app=recorded' } })
  expect(items.map(({ revision }) => revision).sort()).toEqual([1, 2])
})
