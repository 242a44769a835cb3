import { afterEach, expect, test } from 'vitest'
import { selector, startTestCluster, type TestCluster, template } from './cluster.ts'

let cluster: TestCluster

afterEach(() => cluster.close())

function createSet(spec: object = {}): void {
  cluster.create('daemonsets.apps', {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'agent' },
    spec: { selector, template: template(), ...spec },
  })
}

function change(spec: object): void {
  cluster.kinds.update('daemonsets.apps', 'agent', 'default', current => ({
    ...current,
    spec: { ...current.spec, ...spec },
  }))
}

const images = () => cluster.pods().map(pod => pod.spec.containers[0]?.image)
const status = () => cluster.kinds.get('daemonsets.apps', 'agent', 'default')?.status

test('a DaemonSet has one pod on the one node, and a new version replaces it', async () => {
  cluster = startTestCluster()
  createSet()
  await cluster.settled()
  expect(images()).toEqual(['web:1'])
  expect(status()).toEqual({
    currentNumberScheduled: 1,
    desiredNumberScheduled: 1,
    numberMisscheduled: 0,
    numberReady: 1,
    numberAvailable: 1,
    updatedNumberScheduled: 1,
    observedGeneration: 1,
  })
  change({ template: template('web:2') })
  await cluster.settled()
  expect(images()).toEqual(['web:2'])
})

test('a DaemonSet whose node selector the node does not meet has no pod', async () => {
  cluster = startTestCluster()
  const { metadata, spec } = template()
  createSet({ template: { metadata, spec: { ...spec, nodeSelector: { disk: 'fast' } } } })
  await cluster.settled()
  expect(images()).toEqual([])
  expect(status()).toMatchObject({ desiredNumberScheduled: 0 })
})

test('with OnDelete a pod stays until somebody deletes it', async () => {
  cluster = startTestCluster()
  createSet({ updateStrategy: { type: 'OnDelete' } })
  await cluster.settled()
  change({ template: template('web:2') })
  await cluster.settled()
  expect(images()).toEqual(['web:1'])
  cluster.store.delete('pods', cluster.pods()[0]?.metadata.name ?? '', 'default')
  await cluster.settled()
  expect(images()).toEqual(['web:2'])
})
