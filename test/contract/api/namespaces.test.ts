import { afterAll, expect, test } from 'vitest'
import { isSince } from '../differences.ts'
import { Collection } from '../rig/collection.ts'
import { kinds } from '../rig/kinds.ts'
import { pod, unschedulable } from '../rig/manifests.ts'
import { spaceOf } from '../rig/namespace.ts'

const namespaces = new Collection(kinds.namespaces)
const prefix = `contract-namespaces-${process.pid}-${Date.now().toString(36)}`
const made: string[] = []

afterAll(async () => {
  for (const name of made) await namespaces.delete(name)
})

async function makeNamespace(purpose: string) {
  const name = `${prefix}-${purpose}`
  made.push(name)
  return namespaces.make({ metadata: { name } })
}

test('a new namespace is active, and holds on to its content', async () => {
  const made = await makeNamespace('new')
  expect(made).toMatchObject({ spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } })
  if (isSince('names of namespaces as labels')) {
    expect(made.metadata.labels).toMatchObject({ 'kubernetes.io/metadata.name': made.metadata.name })
  }
})

test('each namespace gets an account for its pods, and the authority that signs the server', async () => {
  const { metadata } = await makeNamespace('equipped')
  const { serviceAccounts, configMaps } = spaceOf(metadata.name)
  await serviceAccounts.until('default', {})
  await configMaps.until('kube-root-ca.crt', {
    data: { 'ca.crt': expect.stringContaining('BEGIN CERTIFICATE') },
  })
})

test('a namespace goes with all that is in it', async () => {
  const { metadata } = await makeNamespace('full')
  const { configMaps, pods, serviceAccounts } = spaceOf(metadata.name)
  await serviceAccounts.until('default', {})
  await Promise.all([configMaps.make({ metadata: { name: 'a' } }), pods.make(pod('b', unschedulable()))])
  expect((await namespaces.delete(metadata.name)).status).toBe(200)
  await namespaces.untilGone(metadata.name)
  expect(await configMaps.names()).toEqual([])
  expect(await pods.names()).toEqual([])
})

test('a namespace that goes takes nothing new, and waits for what is held', async () => {
  const { metadata } = await makeNamespace('held')
  const { configMaps } = spaceOf(metadata.name)
  await configMaps.make({ metadata: { name: 'held', finalizers: ['example.com/hold'] } })
  await namespaces.delete(metadata.name)
  await namespaces.until(metadata.name, {
    metadata: { deletionTimestamp: expect.any(String) },
    status: {
      phase: 'Terminating',
      conditions: expect.arrayContaining([
        expect.objectContaining({
          type: 'NamespaceFinalizersRemaining',
          status: 'True',
          message: expect.stringContaining('example.com/hold'),
        }),
      ]),
    },
  })
  expect(await configMaps.create({ metadata: { name: 'late' } })).toMatchObject({
    status: 403,
    body: {
      reason: 'Forbidden',
      message: `configmaps "late" is forbidden: unable to create new content in namespace ${metadata.name} because it is being terminated`,
      details: { causes: [{ reason: 'NamespaceTerminating' }] },
    },
  })
  await configMaps.patch('held', 'merge', { metadata: { finalizers: null } })
  await namespaces.untilGone(metadata.name)
})

test('what the cluster lives in is there, and cannot be deleted', async () => {
  expect(await namespaces.names()).toEqual(expect.arrayContaining(['default', 'kube-public', 'kube-system']))
  expect(await namespaces.delete('kube-system', { dryRun: ['All'] })).toMatchObject({
    status: 403,
    body: { reason: 'Forbidden', message: expect.stringContaining('this namespace may not be deleted') },
  })
})

test('a namespace with a name that DNS does not take is refused', async () => {
  expect((await namespaces.create({ metadata: { name: 'not.a.label' } })).status).toBe(422)
})
