import { afterEach, expect, test } from 'vitest'
import type { Pod } from '../../../src/sandbox/kinds/pod.ts'
import type { StatefulSet } from '../../../src/sandbox/kinds/workloads.ts'
import { readyStatus, selector, startTestCluster, type TestCluster, template } from './cluster.ts'

let cluster: TestCluster

afterEach(() => cluster.close())

function createSet(spec: object = {}): void {
  cluster.create('statefulsets.apps', {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'db' },
    spec: { replicas: 3, serviceName: 'db', selector, template: template(), ...spec },
  })
}

function change(spec: object): void {
  cluster.kinds.update('statefulsets.apps', 'db', 'default', current => ({
    ...current,
    spec: { ...current.spec, ...spec },
  }))
}

const status = () => cluster.kinds.get('statefulsets.apps', 'db', 'default')?.status as StatefulSet['status']
const names = () => cluster.pods().map(({ metadata }) => metadata.name)
const images = () => cluster.pods().map(pod => pod.spec.containers[0]?.image)

test('pods come one after another, each with its name and its host name', async () => {
  cluster = startTestCluster({ arePodsReady: false })
  createSet()
  for (const expected of [['db-0'], ['db-0', 'db-1'], ['db-0', 'db-1', 'db-2']]) {
    await cluster.settled()
    expect(names()).toEqual(expected)
    const newest = cluster.pods().at(-1) as Pod
    cluster.report(newest, readyStatus(newest, expected.length))
  }
  await cluster.settled()
  expect(cluster.pods()[1]?.spec).toMatchObject({ hostname: 'db-1', subdomain: 'db' })
  expect(cluster.pods()[1]?.metadata.labels).toMatchObject({
    'statefulset.kubernetes.io/pod-name': 'db-1',
    'apps.kubernetes.io/pod-index': '1',
  })
  expect(status()).toMatchObject({ replicas: 3, readyReplicas: 3, currentReplicas: 3, updatedReplicas: 3 })
  expect(status()?.currentRevision).toBe(status()?.updateRevision)
  expect(cluster.events()).toContain('SuccessfulCreate: create Pod db-0 in StatefulSet db successful')
})

test('pods that may come at once do', async () => {
  cluster = startTestCluster({ arePodsReady: false })
  createSet({ podManagementPolicy: 'Parallel' })
  await cluster.settled()
  expect(names()).toEqual(['db-0', 'db-1', 'db-2'])
})

test('a new version replaces the pods from the last one on, down to the partition', async () => {
  cluster = startTestCluster()
  createSet()
  await cluster.settled()
  const ended: string[] = []
  const watch = cluster.kinds.watch('pods', ({ type, object }) => {
    if (type === 'DELETED') ended.push(object.metadata.name)
  })
  change({
    template: template('web:2'),
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1 } },
  })
  await cluster.settled()
  expect(ended).toEqual(['db-2', 'db-1'])
  expect(images()).toEqual(['web:1', 'web:2', 'web:2'])
  expect(status()?.currentRevision).not.toBe(status()?.updateRevision)
  // Below the partition a pod comes back as it was.
  cluster.store.delete('pods', 'db-0', 'default')
  await cluster.settled()
  expect(images()).toEqual(['web:1', 'web:2', 'web:2'])
  change({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } } })
  await cluster.settled()
  watch.close()
  expect(images()).toEqual(['web:2', 'web:2', 'web:2'])
  expect(status()?.currentRevision).toBe(status()?.updateRevision)
  expect(
    cluster.kinds
      .list('controllerrevisions.apps')
      .map(({ revision }) => revision)
      .toSorted(),
  ).toEqual([1, 2])
})

test('a pod finds the volume again that the one before it had', async () => {
  cluster = startTestCluster()
  createSet({
    replicas: 2,
    volumeClaimTemplates: [
      {
        metadata: { name: 'data' },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
      },
    ],
  })
  await cluster.settled()
  const claims = () =>
    cluster.kinds.list('persistentvolumeclaims').map(({ metadata, spec, status: claimed }) => ({
      name: metadata.name,
      volume: spec.volumeName,
      phase: claimed?.phase,
    }))
  const before = claims()
  expect(before.map(({ name, phase }) => [name, phase])).toEqual([
    ['data-db-0', 'Bound'],
    ['data-db-1', 'Bound'],
  ])
  expect(cluster.pods()[1]?.spec.volumes).toContainEqual({
    name: 'data',
    persistentVolumeClaim: { claimName: 'data-db-1' },
  })
  change({ replicas: 1 })
  await cluster.settled()
  expect(names()).toEqual(['db-0'])
  change({ replicas: 2 })
  await cluster.settled()
  expect(claims()).toEqual(before)
})

test('a volume goes together with the claim that it was made for', async () => {
  cluster = startTestCluster()
  cluster.create('persistentvolumeclaims', {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'data' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  })
  await cluster.settled()
  expect(cluster.kinds.list('persistentvolumes').map(({ status: made }) => made?.phase)).toEqual(['Bound'])
  cluster.store.delete('persistentvolumeclaims', 'data', 'default')
  await cluster.settled()
  expect(cluster.kinds.list('persistentvolumes')).toEqual([])
})
