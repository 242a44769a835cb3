import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Node } from '../../../src/sandbox/kinds/cluster.ts'
import { findCondition } from '../../../src/sandbox/kinds/conditions.ts'
import { startTestCluster, type TestCluster } from './cluster.ts'

let cluster: TestCluster

beforeEach(() => {
  cluster = startTestCluster()
})

afterEach(() => cluster.close())

function createPod(spec: object): void {
  cluster.create('pods', {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web' },
    spec: { containers: [{ name: 'main', image: 'web' }], ...spec },
  })
}

const pod = () => cluster.kinds.get('pods', 'web', 'default')
const scheduled = () => findCondition(pod()?.status?.conditions, 'PodScheduled')

test('a pod gets the one node', async () => {
  createPod({})
  await cluster.settled()
  expect(pod()?.spec.nodeName).toBe('devloop-sandbox')
  expect(scheduled()?.status).toBe('True')
  expect(cluster.events()).toContain('Scheduled: Successfully assigned default/web to devloop-sandbox')
})

test('a pod that wants another node waits and says why, until the node is what it wants', async () => {
  createPod({ nodeSelector: { disk: 'fast' } })
  await cluster.settled()
  expect(pod()?.spec.nodeName).toBeUndefined()
  expect(pod()?.status?.phase).toBe('Pending')
  expect(scheduled()).toMatchObject({
    status: 'False',
    reason: 'Unschedulable',
    message: "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.",
  })
  expect(cluster.events().filter(event => event.startsWith('FailedScheduling'))).toHaveLength(1)
  cluster.kinds.update('nodes', 'devloop-sandbox', undefined, node => ({
    ...node,
    metadata: { ...node.metadata, labels: { disk: 'fast' } },
  }))
  await cluster.settled()
  expect(pod()?.spec.nodeName).toBe('devloop-sandbox')
})

test('only a pod that tolerates the taint of the node runs on it', async () => {
  cluster.kinds.update('nodes', 'devloop-sandbox', undefined, node => ({
    ...node,
    spec: { ...node.spec, taints: [{ key: 'special', value: 'yes', effect: 'NoSchedule' }] },
  }))
  createPod({})
  await cluster.settled()
  expect(scheduled()?.message).toContain('1 node(s) had untolerated taint {special: yes}')
  cluster.store.delete('pods', 'web', 'default')
  createPod({ tolerations: [{ key: 'special', operator: 'Exists' }] })
  await cluster.settled()
  expect(pod()?.spec.nodeName).toBe('devloop-sandbox')
})

test('a pod that asks for more than the machine has waits and says of what', async () => {
  const allocatable = { cpu: '2', memory: '4Gi' }
  const withStatus = (node: Node) => ({ ...node, status: { allocatable } })
  cluster.kinds.update('nodes', 'devloop-sandbox', undefined, withStatus, 'status')
  const resources = { requests: { cpu: '1k', memory: '1Ei' } }
  createPod({ containers: [{ name: 'main', image: 'web', resources }] })
  await cluster.settled()
  expect(pod()?.spec.nodeName).toBeUndefined()
  expect(scheduled()?.message).toBe('0/1 nodes are available: 1 Insufficient cpu, 1 Insufficient memory.')
})
