import { beforeEach, expect, test } from 'vitest'
import { createStore } from '../../../src/sandbox/store/create-store.ts'
import type {
  ObjectStore,
  RecordedChange,
  StoredObject,
  StoreResult,
} from '../../../src/sandbox/store/object-store.ts'
import { configMap, deployment, pod } from '../manifests.ts'

const now = new Date('2026-01-01T00:00:00Z')
let store: ObjectStore
beforeEach(() => {
  store = createStore({ now: () => now })
})

function succeeded<T>(result: StoreResult<T>): T {
  if (!result.ok) throw new Error(result.failure.message)
  return result.value
}

function failed(result: StoreResult<unknown>) {
  if (result.ok) throw new Error('it succeeded')
  return result.failure
}

/** What a listener of a kind hears from now on. */
function heardOf(resource: string): RecordedChange[] {
  const heard: RecordedChange[] = []
  store.watch(resource, change => heard.push(change))
  return heard
}

test('a new cluster has the namespaces that every cluster has', () => {
  const names = store.list('namespaces').map(({ metadata }) => metadata.name)
  expect(names).toEqual(['default', 'kube-node-lease', 'kube-public', 'kube-system'])
})

test('a new object gets an identity, a time and a version that grows with each write', () => {
  const first = succeeded(store.create('configmaps', configMap('first')))
  const second = succeeded(store.create('configmaps', configMap('second')))
  expect(first.metadata).toMatchObject({
    name: 'first',
    creationTimestamp: '2026-01-01T00:00:00Z',
    uid: expect.stringMatching(/^[0-9a-f-]{36}$/),
  })
  expect(Number(second.metadata.resourceVersion)).toBe(Number(first.metadata.resourceVersion) + 1)
})

test('generateName ends in characters of its own', () => {
  const made = succeeded(store.create('pods', pod('', {}, { generateName: 'web-' })))
  expect(made.metadata.name).toMatch(/^web-[b-z2-9]{5}$/)
})

test('a name can be taken once in a namespace', () => {
  store.create('configmaps', configMap('a'))
  expect(failed(store.create('configmaps', configMap('a')))).toMatchObject({
    code: 409,
    message: 'configmaps "a" already exists',
  })
})

test('nothing is created in a namespace that is not there, or that goes', () => {
  expect(failed(store.create('configmaps', configMap('a', {}, { namespace: 'nowhere' })))).toMatchObject({
    code: 404,
    message: 'namespaces "nowhere" not found',
  })
  succeeded(store.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'going' } }))
  store.delete('namespaces', 'going', undefined)
  expect(failed(store.create('configmaps', configMap('a', {}, { namespace: 'going' })))).toMatchObject({
    code: 403,
    message: expect.stringContaining('because it is being terminated'),
  })
})

test('a change that changes nothing is none', () => {
  const made = succeeded(store.create('configmaps', configMap('a', { data: { x: '1' } })))
  const heard = heardOf('configmaps')
  const same = succeeded(
    store.update('configmaps', 'a', 'default', object => ({ ...object, data: { x: '1' } })),
  )
  expect(same.metadata.resourceVersion).toBe(made.metadata.resourceVersion)
  expect(heard).toEqual([])
})

test('the generation counts what is wanted, and not the status', () => {
  store.create('deployments.apps', deployment('web'))
  const scaled = store.update('deployments.apps', 'web', 'default', object => ({
    ...object,
    spec: { ...(object.spec as object), replicas: 3 },
  }))
  expect(succeeded(scaled).metadata.generation).toBe(2)
  const reported = store.update(
    'deployments.apps',
    'web',
    'default',
    object => ({ ...object, spec: {}, status: { replicas: 3 } }),
    'status',
  )
  expect(succeeded(reported)).toMatchObject({
    metadata: { generation: 2 },
    spec: { replicas: 3 },
    status: { replicas: 3 },
  })
})

test('a write of an object leaves its status alone', () => {
  store.create('deployments.apps', deployment('web'))
  const written = store.update('deployments.apps', 'web', 'default', object => ({
    ...object,
    metadata: { ...object.metadata, labels: { a: 'b' } },
    status: { replicas: 9 },
  }))
  expect(succeeded(written).status).toEqual({})
})

test('who an object is cannot be changed', () => {
  const { metadata } = succeeded(store.create('configmaps', configMap('a')))
  const written = store.update('configmaps', 'a', 'default', object => ({
    ...object,
    metadata: { ...object.metadata, name: 'b', uid: 'other', creationTimestamp: '1999-01-01T00:00:00Z' },
    data: { x: '1' },
  }))
  const { name, uid, creationTimestamp } = metadata
  expect(succeeded(written).metadata).toMatchObject({ name, uid, creationTimestamp })
})

test('an object that something holds stays until the last finalizer is gone', () => {
  store.create('configmaps', configMap('held', {}, { finalizers: ['example.com/hold'] }))
  const going = succeeded(store.delete('configmaps', 'held', 'default'))
  expect(going.metadata.deletionTimestamp).toBe('2026-01-01T00:00:00Z')
  const heard = heardOf('configmaps')
  store.update('configmaps', 'held', 'default', object => ({
    ...object,
    metadata: { ...object.metadata, finalizers: [] },
  }))
  expect(heard.map(({ type }) => type)).toEqual(['DELETED'])
  expect(store.get('configmaps', 'held', 'default')).toBeUndefined()
})

test('a pod on a node is given its time, and goes when the node says so', () => {
  store.create('pods', pod('web', { nodeName: 'node' }))
  expect(succeeded(store.delete('pods', 'web', 'default')).metadata).toMatchObject({
    deletionTimestamp: '2026-01-01T00:00:30Z',
    deletionGracePeriodSeconds: 30,
  })
  store.delete('pods', 'web', 'default', { gracePeriodSeconds: 60 })
  expect(store.get('pods', 'web', 'default')?.metadata.deletionGracePeriodSeconds).toBe(30)
  store.delete('pods', 'web', 'default', { gracePeriodSeconds: 5 })
  expect(store.get('pods', 'web', 'default')?.metadata).toMatchObject({
    deletionTimestamp: '2026-01-01T00:00:05Z',
    deletionGracePeriodSeconds: 5,
  })
  store.delete('pods', 'web', 'default', { gracePeriodSeconds: 0 })
  expect(store.get('pods', 'web', 'default')).toBeUndefined()
})

test('a pod that is on no node, or has ended, goes at once', () => {
  store.create('pods', pod('waiting'))
  store.create('pods', pod('ended', { nodeName: 'node' }))
  store.update(
    'pods',
    'ended',
    'default',
    object => ({ ...object, status: { phase: 'Succeeded' } }),
    'status',
  )
  store.delete('pods', 'waiting', 'default')
  store.delete('pods', 'ended', 'default')
  expect(store.list('pods', 'default')).toEqual([])
})

test('a deletion that means another object is refused', () => {
  store.create('configmaps', configMap('a'))
  const refused = store.delete('configmaps', 'a', 'default', { preconditions: { uid: 'another' } })
  expect(failed(refused)).toMatchObject({
    code: 409,
    message: expect.stringContaining('UID in precondition: another'),
  })
})

test('propagation is kept as finalizers, which the garbage collector takes away', () => {
  store.create('deployments.apps', deployment('web'))
  const going = store.delete('deployments.apps', 'web', 'default', { propagation: 'Foreground' })
  expect(succeeded(going).metadata.finalizers).toEqual(['foregroundDeletion'])
})

test('a namespace goes when nothing is left of its own finalizers', () => {
  store.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } })
  expect(succeeded(store.delete('namespaces', 'shop', undefined)).status).toEqual({ phase: 'Terminating' })
  store.update('namespaces', 'shop', undefined, object => ({ ...object, spec: { finalizers: [] } }))
  expect(store.get('namespaces', 'shop')).toBeUndefined()
})

test('a dry run tells what would be, and changes nothing', () => {
  const tried = succeeded(store.create('configmaps', configMap('a'), { isDryRun: true }))
  expect(tried.metadata.uid).toBeDefined()
  expect(store.list('configmaps')).toEqual([])
})

test('all listeners hear of changes in their order, of those that a listener makes too', () => {
  const order: string[] = []
  store.watch('configmaps', ({ object }) => {
    if (object.metadata.name === 'first') store.create('configmaps', configMap('second'))
  })
  store.watch('configmaps', ({ object }) => order.push(object.metadata.name))
  store.create('configmaps', configMap('first'))
  expect(order).toEqual(['first', 'second'])
})

test('a listener that was closed hears nothing more', () => {
  const heard: StoredObject[] = []
  const watch = store.watch('configmaps', ({ object }) => heard.push(object))
  void watch.close()
  store.create('configmaps', configMap('a'))
  expect(heard).toEqual([])
})

test('what happened since a version is known, until it is too long ago', () => {
  const { version } = store
  store.create('configmaps', configMap('a'))
  store.delete('configmaps', 'a', 'default')
  expect(store.changesSince('configmaps', version)?.map(({ type }) => type)).toEqual(['ADDED', 'DELETED'])
  for (let index = 0; index < 1_000; index++) {
    store.create('configmaps', configMap('b'))
    store.delete('configmaps', 'b', 'default')
  }
  expect(store.changesSince('configmaps', version)).toBeUndefined()
  expect(store.changesSince('configmaps', store.version - 10)).toHaveLength(10)
})

test('a version of another cluster is not known here', () => {
  expect(store.changesSince('configmaps', 1)).toBeUndefined()
  expect(store.changesSince('configmaps', store.version + 1)).toBeUndefined()
})

test('the past that is kept is bounded by its bytes, too', () => {
  const { version } = store
  const data = { key: 'x'.repeat(1_000_000) }
  for (let index = 0; index < 40; index++) store.create('configmaps', configMap(`large-${index}`, { data }))
  expect(store.changesSince('configmaps', version)).toBeUndefined()
  expect(store.changesSince('configmaps', store.version - 10)).toHaveLength(10)
})

test('everybody hears of a change, though one of them fails', () => {
  const bug = new Error('nobody thought of that')
  store.watch('configmaps', () => {
    throw bug
  })
  const heard = heardOf('configmaps')
  expect(() => store.create('configmaps', configMap('first'))).toThrow(bug)
  expect(() => store.create('configmaps', configMap('second'))).toThrow(bug)
  expect(heard.map(({ object }) => object.metadata.name)).toEqual(['first', 'second'])
})

test.each([
  [
    'configmaps',
    configMap('large', { data: { key: 'x'.repeat(2 ** 20 + 1) } }),
    'Too long: must have at most 1048576 bytes',
  ],
  ['configmaps', configMap('large', { data: { key: 'x'.repeat(2 ** 20) } }), undefined],
  [
    'secrets',
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'large', namespace: 'default' },
      stringData: { key: 'x'.repeat(2 ** 20 + 1) },
    },
    'data: Too long: must have at most 1048576 bytes',
  ],
])('%s have as much in them as everywhere', (resource, object, words) => {
  const made = store.create(resource, object)
  if (words === undefined) expect(made.ok).toBe(true)
  else expect(failed(made).message).toContain(words)
})
