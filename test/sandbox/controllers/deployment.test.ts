import { afterEach, expect, test, vi } from 'vitest'
import { findCondition } from '../../../src/sandbox/kinds/conditions.ts'
import type { Deployment } from '../../../src/sandbox/kinds/workloads.ts'
import { readyStatus, selector, startTestCluster, type TestCluster, template } from './cluster.ts'

let cluster: TestCluster

afterEach(() => {
  cluster.close()
  vi.useRealTimers()
})

function deploy(spec: object = {}): void {
  cluster.create('deployments.apps', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: { replicas: 2, selector, template: template(), ...spec },
  })
}

function change(spec: object): void {
  cluster.kinds.update('deployments.apps', 'web', 'default', current => ({
    ...current,
    spec: { ...current.spec, ...spec },
  }))
}

function deployment(): Deployment {
  const found = cluster.kinds.get('deployments.apps', 'web', 'default')
  if (!found) throw new Error('there is no deployment')
  return found
}

const images = () => cluster.pods().map(pod => pod.spec.containers[0]?.image)
const replicaSets = () => cluster.kinds.list('replicasets.apps', 'default')
const reasonOf = (type: string) => findCondition(deployment().status?.conditions, type)?.reason

test('a new Deployment has its pods, and says that it is available and through', async () => {
  cluster = startTestCluster()
  deploy()
  await cluster.settled()
  expect(images()).toEqual(['web:1', 'web:1'])
  expect(deployment().status).toMatchObject({
    observedGeneration: 1,
    replicas: 2,
    updatedReplicas: 2,
    readyReplicas: 2,
    availableReplicas: 2,
    conditions: [
      { type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable' },
      { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable' },
    ],
  })
  expect(deployment().metadata.annotations).toMatchObject({ 'deployment.kubernetes.io/revision': '1' })
  const [replicaSet] = replicaSets()
  const hash = replicaSet?.metadata.labels?.['pod-template-hash']
  expect(replicaSet?.metadata.name).toBe(`web-${hash}`)
  expect(cluster.pods()[0]?.metadata.labels).toEqual({ app: 'web', 'pod-template-hash': hash })
  expect(cluster.events()).toContain(`ScalingReplicaSet: Scaled up replica set web-${hash} to 2`)
})

test('another image rolls through all pods, and never leaves fewer ready than may be missing', async () => {
  cluster = startTestCluster()
  deploy({
    replicas: 4,
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
  })
  await cluster.settled()
  let fewest = Number.POSITIVE_INFINITY
  let most = 0
  const watch = cluster.kinds.watch('pods', () => {
    const active = cluster.pods().filter(({ metadata }) => !metadata.deletionTimestamp)
    fewest = Math.min(fewest, active.filter(({ status }) => status?.phase === 'Running').length)
    most = Math.max(most, active.length)
  })
  change({ template: template('web:2') })
  await cluster.settled()
  watch.close()
  expect(images()).toEqual(['web:2', 'web:2', 'web:2', 'web:2'])
  expect([fewest, most]).toEqual([4, 5])
  expect(deployment().metadata.annotations).toMatchObject({ 'deployment.kubernetes.io/revision': '2' })
})

test('a new version that never gets ready leaves the old one running, and is late at its deadline', async () => {
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] })
  cluster = startTestCluster({ arePodsReady: false })
  deploy({ progressDeadlineSeconds: 60 })
  await cluster.settled()
  cluster.pods().forEach((pod, i) => {
    cluster.report(pod, readyStatus(pod, i))
  })
  await cluster.settled()
  change({ template: template('web:2') })
  await cluster.settled()
  expect(images().toSorted()).toEqual(['web:1', 'web:1', 'web:2'])
  expect(reasonOf('Progressing')).toBe('ReplicaSetUpdated')
  vi.advanceTimersByTime(62_000)
  await cluster.settled()
  expect(reasonOf('Progressing')).toBe('ProgressDeadlineExceeded')
  expect(reasonOf('Available')).toBe('MinimumReplicasAvailable')
})

test('Recreate ends every old pod before the first new one', async () => {
  cluster = startTestCluster()
  deploy({ strategy: { type: 'Recreate' } })
  await cluster.settled()
  const seen = new Set<string>()
  const watch = cluster.kinds.watch('pods', () => seen.add([...new Set(images())].join()))
  change({ template: template('web:2') })
  await cluster.settled()
  watch.close()
  expect(images()).toEqual(['web:2', 'web:2'])
  expect([...seen].filter(each => each !== '')).toEqual(['web:1', 'web:2'])
})

test('an earlier template that comes back is the newest revision, in the ReplicaSet that it had', async () => {
  cluster = startTestCluster()
  deploy()
  await cluster.settled()
  const [first] = replicaSets()
  change({ template: template('web:2') })
  await cluster.settled()
  change({ template: template('web:1') })
  await cluster.settled()
  expect(replicaSets()).toHaveLength(2)
  const again = replicaSets().find(({ metadata }) => metadata.uid === first?.metadata.uid)
  expect(again?.spec.replicas).toBe(2)
  expect(again?.metadata.annotations).toMatchObject({
    'deployment.kubernetes.io/revision': '3',
    'deployment.kubernetes.io/revision-history': '1',
  })
  expect(reasonOf('Progressing')).toBe('NewReplicaSetAvailable')
})

test('only as many old revisions are kept as are wanted', async () => {
  cluster = startTestCluster()
  deploy({ revisionHistoryLimit: 1 })
  await cluster.settled()
  for (const image of ['web:2', 'web:3', 'web:4']) {
    change({ template: template(image) })
    await cluster.settled()
  }
  expect(
    replicaSets()
      .map(({ spec }) => spec.template.spec.containers[0]?.image)
      .toSorted(),
  ).toEqual(['web:3', 'web:4'])
})

test('a paused Deployment can be scaled, and rolls out when it is resumed', async () => {
  cluster = startTestCluster()
  deploy()
  await cluster.settled()
  change({ paused: true, template: template('web:2'), replicas: 3 })
  await cluster.settled()
  expect(images()).toEqual(['web:1', 'web:1', 'web:1'])
  expect(reasonOf('Progressing')).toBe('DeploymentPaused')
  change({ paused: false })
  await cluster.settled()
  expect(images()).toEqual(['web:2', 'web:2', 'web:2'])
})

test('scaling to zero and back leaves no pod too many', async () => {
  cluster = startTestCluster()
  deploy()
  await cluster.settled()
  change({ replicas: 0 })
  await cluster.settled()
  expect(cluster.pods()).toEqual([])
  change({ replicas: 3 })
  await cluster.settled()
  expect(cluster.pods()).toHaveLength(3)
  expect(deployment().status?.readyReplicas).toBe(3)
})

test('a pod counts as available only after it was ready for long enough', async () => {
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] })
  cluster = startTestCluster()
  deploy({ minReadySeconds: 10 })
  await cluster.settled()
  expect(deployment().status?.availableReplicas).toBeUndefined()
  vi.advanceTimersByTime(11_000)
  await cluster.settled()
  expect(deployment().status?.availableReplicas).toBe(2)
})

test('a deleted pod is made again, and a pod whose label is changed is set aside and replaced', async () => {
  cluster = startTestCluster()
  deploy()
  await cluster.settled()
  const [first, second] = cluster.pods()
  cluster.store.delete('pods', first?.metadata.name ?? '', 'default')
  cluster.kinds.update('pods', second?.metadata.name ?? '', 'default', pod => ({
    ...pod,
    metadata: { ...pod.metadata, labels: { app: 'aside' } },
  }))
  await cluster.settled()
  expect(cluster.pods()).toHaveLength(3)
  const aside = cluster.pods().find(({ metadata }) => metadata.labels?.app === 'aside')
  expect(aside?.metadata.ownerReferences ?? []).toEqual([])
})
