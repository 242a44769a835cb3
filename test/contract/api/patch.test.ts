import { expect, test } from 'vitest'
import { valueAt } from '../rig/answer.ts'
import { call } from '../rig/call.ts'
import type { Pattern } from '../rig/collection.ts'
import { shell, workload } from '../rig/manifests.ts'
import { openSpace } from '../rig/namespace.ts'

const space = await openSpace('patch')
const { configMaps, deployments } = space

async function makeMap(name: string, data: Record<string, string> = { a: '1', b: '1' }) {
  return configMaps.make({ metadata: { name, labels: { kept: 'yes' } }, data })
}

/** A Deployment without pods, with two containers. */
async function makeDeployment(name: string) {
  const containers = [
    shell('sleep 1000', { env: [{ name: 'A', value: '1' }], ports: [{ containerPort: 80 }] }),
    shell('sleep 1000', { name: 'second' }),
  ]
  return deployments.make(workload(name, containers, { replicas: 0 }))
}

/** A patch of a Deployment's containers. */
function ofContainers(containers: readonly Pattern[], more: Pattern = {}) {
  return { spec: { template: { spec: { containers, ...more } } } }
}

async function containersAfter(name: string, patch: unknown) {
  const { object } = await deployments.patch(name, 'strategic', patch)
  return valueAt(object, 'spec.template.spec.containers') as Pattern[]
}

test('a merge patch sets what it names, removes what it calls null, and leaves the rest', async () => {
  await makeMap('merged')
  const { object } = await configMaps.patch('merged', 'merge', { data: { a: null, c: '3' } })
  expect(valueAt(object, 'data')).toEqual({ b: '1', c: '3' })
  expect(object.metadata.labels).toEqual({ kept: 'yes' })
})

test('a merge patch replaces lists', async () => {
  await makeDeployment('relisted')
  const { object } = await deployments.patch(
    'relisted',
    'merge',
    ofContainers([shell('sleep 2000', { name: 'only' })]),
  )
  expect(valueAt(object, 'spec.template.spec.containers')).toMatchObject([{ name: 'only' }])
})

test('a strategic patch merges containers by their names', async () => {
  await makeDeployment('strategic')
  const containers = await containersAfter(
    'strategic',
    ofContainers([{ name: 'second', workingDir: '/tmp' }]),
  )
  expect(containers).toMatchObject([
    { name: 'main' },
    { name: 'second', image: 'busybox', workingDir: '/tmp' },
  ])
})

test('a strategic patch merges variables by name and ports by number', async () => {
  await makeDeployment('strategic-keys')
  const env = [
    { name: 'A', value: '2' },
    { name: 'B', value: '3' },
  ]
  const patch = ofContainers([{ name: 'main', env, ports: [{ containerPort: 80, name: 'web' }] }])
  const [main] = await containersAfter('strategic-keys', patch)
  expect(main).toMatchObject({ ports: [{ containerPort: 80, name: 'web', protocol: 'TCP' }] })
  const found = main?.env as Pattern[]
  expect(found).toHaveLength(2)
  expect(found).toEqual(expect.arrayContaining(env))
})

test('a strategic patch removes an entry by its key', async () => {
  await makeDeployment('strategic-delete')
  const patch = ofContainers([{ name: 'second', $patch: 'delete' }])
  expect(await containersAfter('strategic-delete', patch)).toMatchObject([{ name: 'main' }])
})

test('a strategic patch can replace what it would merge', async () => {
  await makeDeployment('strategic-replace')
  const patch = ofContainers([shell('sleep 3000', { name: 'new' }), { $patch: 'replace' }])
  expect(await containersAfter('strategic-replace', patch)).toMatchObject([{ name: 'new' }])
})

test('a strategic patch says the order of a list', async () => {
  await makeDeployment('strategic-order')
  const $setElementOrder = { '$setElementOrder/containers': [{ name: 'second' }, { name: 'main' }] }
  const containers = await containersAfter('strategic-order', ofContainers([], $setElementOrder))
  expect(containers).toMatchObject([{ name: 'second' }, { name: 'main' }])
})

test('a strategic patch removes a field that it calls null', async () => {
  await makeDeployment('strategic-null')
  const [main] = await containersAfter('strategic-null', ofContainers([{ name: 'main', env: null }]))
  expect(main).not.toHaveProperty('env')
})

test('a strategic patch takes values out of a list of them', async () => {
  const finalizers = ['example.com/a', 'example.com/b']
  await configMaps.make({ metadata: { name: 'values', finalizers } })
  const patch = { metadata: { '$deleteFromPrimitiveList/finalizers': ['example.com/a'] } }
  const { object } = await configMaps.patch('values', 'strategic', patch)
  expect(object.metadata.finalizers).toEqual(['example.com/b'])
  await configMaps.patch('values', 'merge', { metadata: { finalizers: null } })
})

test('a JSON patch adds, replaces, copies, moves and removes', async () => {
  await makeMap('stepwise')
  const { object } = await configMaps.patch('stepwise', 'json', [
    { op: 'test', path: '/data/a', value: '1' },
    { op: 'add', path: '/data/c', value: '3' },
    { op: 'replace', path: '/data/a', value: '2' },
    { op: 'copy', from: '/data/c', path: '/data/d' },
    { op: 'move', from: '/data/c', path: '/data/e' },
    { op: 'remove', path: '/data/b' },
    { op: 'add', path: '/metadata/annotations', value: { 'example.com/x.y': '1' } },
    { op: 'replace', path: '/metadata/annotations/example.com~1x.y', value: '2' },
  ])
  expect(valueAt(object, 'data')).toEqual({ a: '2', d: '3', e: '3' })
  expect(object.metadata.annotations).toEqual({ 'example.com/x.y': '2' })
})

test('a JSON patch puts entries into a list where it says', async () => {
  await makeDeployment('indexed')
  const path = '/spec/template/spec/containers'
  const { object } = await deployments.patch('indexed', 'json', [
    { op: 'add', path: `${path}/0`, value: shell('sleep 1000', { name: 'first' }) },
    { op: 'add', path: `${path}/-`, value: shell('sleep 1000', { name: 'last' }) },
    { op: 'remove', path: `${path}/1` },
  ])
  expect(valueAt(object, 'spec.template.spec.containers')).toMatchObject([
    { name: 'first' },
    { name: 'second' },
    { name: 'last' },
  ])
})

test.each([
  ['tests for another value', { op: 'test', path: '/data/a', value: '2' }],
  ['removes what is not there', { op: 'remove', path: '/data/missing' }],
])('a JSON patch that %s changes nothing at all', async (what, operation) => {
  const name = what.replaceAll(' ', '-')
  const made = await makeMap(name)
  const answer = await configMaps.patch(name, 'json', [{ op: 'add', path: '/data/c', value: '3' }, operation])
  expect(answer.status).toBe(422)
  expect((await configMaps.get(name)).object).toEqual(made)
})

test('a JSON patch of an operation that does not exist is refused', async () => {
  await makeMap('unknown-operation')
  const answer = await configMaps.patch('unknown-operation', 'json', [
    { op: 'swap', path: '/data/a', value: '1' },
  ])
  expect(answer.status).toBeGreaterThanOrEqual(400)
})

test.each(['merge', 'strategic', 'json'] as const)(
  'a %s patch of what is not there is refused',
  async type => {
    const answer = await configMaps.patch('absent', type, type === 'json' ? [] : {})
    expect(answer).toMatchObject({ status: 404, body: { message: 'configmaps "absent" not found' } })
  },
)

test('a patch can ask for a version, and is a conflict at another', async () => {
  const { metadata } = await makeMap('patched-version')
  const patch = (a: string) => ({ metadata: { resourceVersion: metadata.resourceVersion }, data: { a } })
  expect((await configMaps.patch('patched-version', 'merge', patch('2'))).status).toBe(200)
  expect(await configMaps.patch('patched-version', 'merge', patch('3'))).toMatchObject({
    status: 409,
    body: { reason: 'Conflict' },
  })
})

test('a patch that makes an object invalid is refused, and changes nothing', async () => {
  const made = await makeDeployment('spoilt')
  expect(await deployments.patch('spoilt', 'merge', { spec: { replicas: -1 } })).toMatchObject({
    status: 422,
    body: {
      reason: 'Invalid',
      message: expect.stringContaining(
        'spec.replicas: Invalid value: -1: must be greater than or equal to 0',
      ),
    },
  })
  expect((await deployments.get('spoilt')).object.metadata.generation).toBe(made.metadata.generation)
})

test('a patch that changes nothing makes no new version', async () => {
  const { metadata } = await makeMap('unchanged')
  const { object } = await configMaps.patch('unchanged', 'merge', { data: { a: '1' } })
  expect(object.metadata.resourceVersion).toBe(metadata.resourceVersion)
})

test('a patch cannot rename', async () => {
  await makeMap('unrenamed')
  expect((await configMaps.patch('unrenamed', 'merge', { metadata: { name: 'other' } })).status).toBe(400)
})

test('a patch that is not JSON is refused', async () => {
  await makeMap('garbled')
  const type = 'application/merge-patch+json'
  const answer = await call('PATCH', configMaps.path('garbled'), { type, body: '{"data":' })
  expect(answer.status).toBeGreaterThanOrEqual(400)
})

test('a patch of a sort that the server does not know is refused', async () => {
  await makeMap('untyped')
  expect(await call('PATCH', configMaps.path('untyped'), { body: {} })).toMatchObject({
    status: 415,
    body: { reason: 'UnsupportedMediaType' },
  })
})

test('a dry run of a patch shows what would be, and keeps nothing', async () => {
  const made = await makeMap('rehearsed')
  const { object } = await configMaps.patch('rehearsed', 'merge', { data: { a: '2' } }, { dryRun: 'All' })
  expect(valueAt(object, 'data.a')).toBe('2')
  expect((await configMaps.get('rehearsed')).object).toEqual(made)
})

test('patches at the same time all count', async () => {
  await makeMap('crowded', {})
  const keys = Array.from({ length: 10 }, (_, index) => `key-${index}`)
  const answers = await Promise.all(
    keys.map(key => configMaps.patch('crowded', 'merge', { data: { [key]: '1' } })),
  )
  expect(answers.map(({ status }) => status)).toEqual(keys.map(() => 200))
  expect(Object.keys(valueAt((await configMaps.get('crowded')).object, 'data') as object).sort()).toEqual(
    keys,
  )
})
