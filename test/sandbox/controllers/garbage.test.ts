import { afterEach, beforeEach, expect, test } from 'vitest'
import type { DeleteOptions } from '../../../src/sandbox/store/object-store.ts'
import { selector, startTestCluster, type TestCluster, template } from './cluster.ts'

let cluster: TestCluster

beforeEach(async () => {
  cluster = startTestCluster()
  cluster.create('deployments.apps', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: { replicas: 2, selector, template: template() },
  })
  await cluster.settled()
})

afterEach(() => cluster.close())

const remove = (options: DeleteOptions) => cluster.store.delete('deployments.apps', 'web', 'default', options)
const replicaSets = () => cluster.kinds.list('replicasets.apps', 'default')

function createConfigMap(name: string, owners: readonly object[]): void {
  cluster.create('configmaps', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, ownerReferences: owners },
  })
}

test('what belongs to a deleted object goes with it', async () => {
  remove({ propagation: 'Background' })
  expect(cluster.kinds.get('deployments.apps', 'web', 'default')).toBeUndefined()
  await cluster.settled()
  expect(replicaSets()).toEqual([])
  expect(cluster.pods()).toEqual([])
})

test('an object that is deleted in the foreground stays until everything of it is gone', async () => {
  const order: string[] = []
  for (const resource of ['deployments.apps', 'replicasets.apps', 'pods'])
    cluster.store.watch(resource, ({ type, object }) => {
      if (type === 'DELETED') order.push(object.kind)
    })
  remove({ propagation: 'Foreground' })
  expect(cluster.kinds.get('deployments.apps', 'web', 'default')).toBeDefined()
  await cluster.settled()
  expect(order).toEqual(['Pod', 'Pod', 'ReplicaSet', 'Deployment'])
})

test('orphans stay, and a Deployment that is made anew takes them over', async () => {
  const before = cluster.pods().map(({ metadata }) => metadata.uid)
  remove({ propagation: 'Orphan' })
  await cluster.settled()
  expect(cluster.kinds.get('deployments.apps', 'web', 'default')).toBeUndefined()
  expect(replicaSets()[0]?.metadata.ownerReferences).toBeUndefined()
  cluster.create('deployments.apps', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: { replicas: 2, selector, template: template() },
  })
  await cluster.settled()
  expect(replicaSets()[0]?.metadata.ownerReferences).toMatchObject([{ kind: 'Deployment', name: 'web' }])
  expect(cluster.pods().map(({ metadata }) => metadata.uid)).toEqual(before)
})

test('an object whose owner never was goes; one that has another owner stays with that one', async () => {
  const gone = { apiVersion: 'v1', kind: 'ConfigMap', name: 'gone', uid: 'nobody' }
  const service = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    name: 'there',
    uid: replicaSets()[0]?.metadata.uid,
  }
  createConfigMap('lonely', [gone])
  createConfigMap('held', [gone, service])
  await cluster.settled()
  expect(cluster.kinds.get('configmaps', 'lonely', 'default')).toBeUndefined()
  expect(cluster.kinds.get('configmaps', 'held', 'default')?.metadata.ownerReferences).toMatchObject([
    service,
  ])
})

test.each([
  ['a kind that there is not', { apiVersion: 'shop.example.org/v1', kind: 'Shop' }],
  ['a namespace, where it has none itself,', { apiVersion: 'v1', kind: 'ConfigMap' }],
])('what says that it belongs to something of %s is left alone', async (_what, owner) => {
  cluster.create('persistentvolumes', {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: 'data', ownerReferences: [{ ...owner, name: 'any', uid: 'any' }] },
    spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/data' } },
  })
  await cluster.settled()
  expect(cluster.kinds.get('persistentvolumes', 'data')).toBeDefined()
})

test('what belongs to an object of a kind that goes goes with it', async () => {
  cluster.store.create('customresourcedefinitions.apiextensions.k8s.io', {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'shops.example.org' },
    spec: {
      group: 'example.org',
      names: { plural: 'shops', singular: 'shop', kind: 'Shop', listKind: 'ShopList' },
      scope: 'Namespaced',
      versions: [
        { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } },
      ],
    },
  })
  await cluster.settled()
  const shop = { apiVersion: 'example.org/v1', kind: 'Shop', metadata: { name: 'one' } }
  cluster.create('shops.example.org', shop)
  const uid = cluster.store.get('shops.example.org', 'one', 'default')?.metadata.uid ?? ''
  createConfigMap('own', [{ apiVersion: shop.apiVersion, kind: 'Shop', name: 'one', uid }])
  await cluster.settled()
  expect(cluster.kinds.get('configmaps', 'own', 'default')).toBeDefined()
  cluster.store.delete('customresourcedefinitions.apiextensions.k8s.io', 'shops.example.org', undefined)
  await cluster.settled()
  expect(cluster.kinds.get('configmaps', 'own', 'default')).toBeUndefined()
})
