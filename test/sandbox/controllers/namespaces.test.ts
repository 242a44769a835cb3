import { afterEach, beforeEach, expect, test } from 'vitest'
import { selector, startTestCluster, type TestCluster, template } from './cluster.ts'

let cluster: TestCluster

beforeEach(async () => {
  cluster = startTestCluster()
  cluster.store.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } })
  await cluster.settled()
})

afterEach(() => cluster.close())

test('a new namespace has the account and the authority that pods take for granted, and gets them back', async () => {
  expect(cluster.kinds.get('serviceaccounts', 'default', 'shop')).toBeDefined()
  expect(cluster.kinds.get('configmaps', 'kube-root-ca.crt', 'shop')?.data).toEqual({
    'ca.crt': 'the authority',
  })
  cluster.store.delete('serviceaccounts', 'default', 'shop')
  cluster.store.delete('configmaps', 'kube-root-ca.crt', 'shop')
  await cluster.settled()
  expect(cluster.kinds.get('serviceaccounts', 'default', 'shop')).toBeDefined()
  expect(cluster.kinds.get('configmaps', 'kube-root-ca.crt', 'shop')).toBeDefined()
})

test('a deleted namespace goes with all that is in it', async () => {
  cluster.create('deployments.apps', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop' },
    spec: { replicas: 2, selector, template: template() },
  })
  await cluster.settled()
  expect(cluster.kinds.list('pods', 'shop')).toHaveLength(2)
  cluster.store.delete('namespaces', 'shop', undefined)
  await cluster.settled()
  expect(cluster.kinds.get('namespaces', 'shop')).toBeUndefined()
  for (const { resource, isNamespaced } of cluster.store.kinds.all())
    if (isNamespaced) expect(cluster.store.list(resource, 'shop')).toEqual([])
})

test('a namespace says what holds it', async () => {
  cluster.create('configmaps', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'held', namespace: 'shop', finalizers: ['example.com/hold'] },
  })
  cluster.store.delete('namespaces', 'shop', undefined)
  await cluster.settled()
  expect(cluster.kinds.get('namespaces', 'shop')?.status).toMatchObject({
    phase: 'Terminating',
    conditions: [
      { type: 'NamespaceContentRemaining', message: expect.stringContaining('configmaps has 1') },
      { type: 'NamespaceFinalizersRemaining', message: expect.stringContaining('example.com/hold') },
    ],
  })
  cluster.store.update('configmaps', 'held', 'shop', current => ({
    ...current,
    metadata: { ...current.metadata, finalizers: [] },
  }))
  await cluster.settled()
  expect(cluster.kinds.get('namespaces', 'shop')).toBeUndefined()
})
