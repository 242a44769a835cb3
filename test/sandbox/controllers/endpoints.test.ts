import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Pod } from '../../../src/sandbox/kinds/pod.ts'
import { readyStatus, startTestCluster, type TestCluster } from './cluster.ts'

let cluster: TestCluster

beforeEach(() => {
  cluster = startTestCluster({ arePodsReady: false })
})

afterEach(() => cluster.close())

function createService(spec: object = {}): void {
  cluster.create('services', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web' },
    spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 'http' }], ...spec },
  })
}

function createPod(name: string, containerPort = 8080, spec: object = {}): Pod {
  cluster.create('pods', {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { app: 'web' } },
    spec: { containers: [{ name: 'main', image: 'web', ports: [{ name: 'http', containerPort }] }], ...spec },
  })
  return cluster.kinds.get('pods', name, 'default') as Pod
}

const subsets = () => cluster.kinds.get('endpoints', 'web', 'default')?.subsets
const slices = () => cluster.kinds.list('endpointslices.discovery.k8s.io', 'default')
const ips = (addresses: readonly { readonly ip: string }[] = []) => addresses.map(({ ip }) => ip)

test('a pod is an address of its service, not ready first and then ready, by the port that it names', async () => {
  createService()
  const pod = createPod('a')
  await cluster.settled()
  cluster.report(pod, { podIP: '10.88.0.1' })
  await cluster.settled()
  expect(subsets()).toMatchObject([
    { notReadyAddresses: [{ ip: '10.88.0.1' }], ports: [{ name: 'http', port: 8080, protocol: 'TCP' }] },
  ])
  expect(slices()[0]?.endpoints[0]?.conditions).toEqual({ ready: false, serving: false, terminating: false })
  cluster.report(pod, readyStatus(pod, 1))
  await cluster.settled()
  expect(subsets()?.[0]).not.toHaveProperty('notReadyAddresses')
  expect(subsets()?.[0]?.addresses).toMatchObject([
    { ip: '10.88.0.1', nodeName: 'devloop-sandbox', targetRef: { kind: 'Pod', name: 'a' } },
  ])
  expect(slices()[0]).toMatchObject({
    addressType: 'IPv4',
    endpoints: [{ addresses: ['10.88.0.1'], conditions: { ready: true } }],
    metadata: { labels: { 'kubernetes.io/service-name': 'web' } },
  })
})

test('pods that call the same port by different numbers are kept apart', async () => {
  createService()
  const pods = [createPod('a', 8080), createPod('b', 9090)]
  await cluster.settled()
  pods.forEach((pod, i) => {
    cluster.report(pod, readyStatus(pod, i + 1))
  })
  await cluster.settled()
  expect(subsets()?.map(({ addresses, ports }) => [ips(addresses), ports?.[0]?.port])).toEqual([
    [['10.88.0.1'], 8080],
    [['10.88.0.2'], 9090],
  ])
  expect(slices()).toHaveLength(2)
})

test('a pod that has ended, or whose label is changed, is no address any more', async () => {
  createService()
  const pods = [createPod('a'), createPod('b')]
  await cluster.settled()
  pods.forEach((pod, i) => {
    cluster.report(pod, readyStatus(pod, i + 1))
  })
  await cluster.settled()
  expect(ips(subsets()?.[0]?.addresses)).toEqual(['10.88.0.1', '10.88.0.2'])
  cluster.report(pods[0] as Pod, { ...readyStatus(pods[0] as Pod, 1), phase: 'Succeeded' })
  cluster.kinds.update('pods', 'b', 'default', pod => ({
    ...pod,
    metadata: { ...pod.metadata, labels: { app: 'other' } },
  }))
  await cluster.settled()
  expect(subsets()).toBeUndefined()
})

test('a headless service publishes pods that are not ready where it is asked to, with their names', async () => {
  createService({ clusterIP: 'None', publishNotReadyAddresses: true })
  const pod = createPod('db-0', 8080, { hostname: 'db-0', subdomain: 'web' })
  await cluster.settled()
  cluster.report(pod, { podIP: '10.88.0.1' })
  await cluster.settled()
  expect(subsets()?.[0]?.addresses).toMatchObject([{ ip: '10.88.0.1', hostname: 'db-0' }])
})

test('addresses that a user wrote for a service without a selector are mirrored as a slice', async () => {
  cluster.create('services', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web' },
    spec: { ports: [{ port: 80 }] },
  })
  cluster.create('endpoints', {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { name: 'web' },
    subsets: [{ addresses: [{ ip: '192.0.2.1' }], ports: [{ port: 80 }] }],
  })
  await cluster.settled()
  expect(slices()).toMatchObject([{ endpoints: [{ addresses: ['192.0.2.1'], conditions: { ready: true } }] }])
})

test('a deleted service leaves no addresses behind', async () => {
  createService()
  await cluster.settled()
  expect(slices()).toHaveLength(1)
  cluster.store.delete('services', 'web', 'default')
  await cluster.settled()
  expect(cluster.kinds.get('endpoints', 'web', 'default')).toBeUndefined()
  expect(slices()).toEqual([])
})
