import { expect, test } from 'vitest'
import { type ApiObject, valueAt } from '../rig/answer.ts'
import { call } from '../rig/call.ts'
import { type Pattern, patchTypes } from '../rig/collection.ts'
import { shell, workload } from '../rig/manifests.ts'
import { openSpace } from '../rig/namespace.ts'

const space = await openSpace('apply')
const { configMaps, deployments } = space

/** @param data of a ConfigMap */
function map(name: string, data: Pattern = {}, metadata: Pattern = {}) {
  return { metadata: { name, ...metadata }, data }
}

/** A Deployment without pods. */
function deployment(name: string, container: Pattern = {}, spec: Pattern = {}) {
  return workload(name, shell('sleep 1000', container), { replicas: 0, ...spec })
}

function managersOf(object: ApiObject) {
  return object.metadata.managedFields as { manager: string; operation: string; [field: string]: unknown }[]
}

test('what is not there is created, and what was applied belongs to who applied it', async () => {
  const answer = await configMaps.apply(map('owned', { a: '1' }), 'alice')
  expect(answer).toMatchObject({ status: 201, body: { data: { a: '1' } } })
  expect(managersOf(answer.object)).toEqual([
    {
      manager: 'alice',
      operation: 'Apply',
      apiVersion: 'v1',
      time: expect.any(String),
      fieldsType: 'FieldsV1',
      fieldsV1: { 'f:data': { 'f:a': {} } },
    },
  ])
})

test('to apply the same again changes nothing', async () => {
  const first = (await configMaps.apply(map('again', { a: '1' }), 'alice')).object
  const second = await configMaps.apply(map('again', { a: '1' }), 'alice')
  expect(second.status).toBe(200)
  expect(second.object).toEqual(first)
})

test('who applies has to say a name', async () => {
  const answer = await configMaps.patch('nameless', 'apply', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    ...map('nameless'),
  })
  expect(answer).toMatchObject({
    status: 422,
    body: { reason: 'Invalid', message: expect.stringContaining('fieldManager: Required value') },
  })
})

test("another one's field is a conflict, which says whose and which", async () => {
  await configMaps.apply(map('disputed', { a: '1', b: '1' }), 'alice')
  const answer = await configMaps.apply(map('disputed', { a: '2' }), 'bob')
  expect(answer).toMatchObject({
    status: 409,
    body: {
      status: 'Failure',
      reason: 'Conflict',
      message: 'Apply failed with 1 conflict: conflict with "alice": .data.a',
      details: {
        causes: [{ reason: 'FieldManagerConflict', message: 'conflict with "alice"', field: '.data.a' }],
      },
      code: 409,
    },
  })
  expect((await configMaps.get('disputed')).body).toMatchObject({ data: { a: '1', b: '1' } })
})

test('all conflicts are said at once', async () => {
  await configMaps.apply(map('feuds', { a: '1' }), 'alice')
  await configMaps.apply(map('feuds', { b: '1' }), 'carol')
  const { body } = await configMaps.apply(map('feuds', { a: '2', b: '2' }), 'bob')
  const message = valueAt(body as object, 'message')
  expect(message).toContain('Apply failed with 2 conflicts')
  expect(message).toContain('conflicts with "alice":\n- .data.a')
  expect(message).toContain('conflicts with "carol":\n- .data.b')
})

test('who forces takes the field over', async () => {
  await configMaps.apply(map('seized', { a: '1' }), 'alice')
  const answer = await configMaps.apply(map('seized', { a: '2' }), 'bob', { force: true })
  expect(answer).toMatchObject({ status: 200, body: { data: { a: '2' } } })
  expect(managersOf(answer.object).map(({ manager }) => manager)).toEqual(['bob'])
})

test('a value on which two agree belongs to both, and neither changes it alone', async () => {
  await configMaps.apply(map('agreed', { a: '1' }), 'alice')
  const agreed = await configMaps.apply(map('agreed', { a: '1' }), 'bob')
  expect(
    managersOf(agreed.object)
      .map(({ manager }) => manager)
      .sort(),
  ).toEqual(['alice', 'bob'])
  expect((await configMaps.apply(map('agreed', { a: '2' }), 'bob')).status).toBe(409)
})

test('a field that is no longer applied goes', async () => {
  await configMaps.apply(map('shrinking', { a: '1', b: '1' }), 'alice')
  const { object } = await configMaps.apply(map('shrinking', { a: '1' }), 'alice')
  expect(valueAt(object, 'data')).toEqual({ a: '1' })
})

test('a field that is no longer applied stays where another owns it, too', async () => {
  await configMaps.apply(map('supported', { a: '1', b: '1' }), 'alice')
  await configMaps.apply(map('supported', { b: '1' }), 'bob')
  const { object } = await configMaps.apply(map('supported', { a: '1' }), 'alice')
  expect(valueAt(object, 'data')).toEqual({ a: '1', b: '1' })
})

test('what others have written besides stays', async () => {
  await configMaps.apply(map('shared', { a: '1' }), 'alice')
  await configMaps.patch('shared', 'merge', { data: { b: '2' } }, { fieldManager: 'editor' })
  const { object } = await configMaps.apply(map('shared', { a: '3' }), 'alice')
  expect(valueAt(object, 'data')).toEqual({ a: '3', b: '2' })
})

test('who writes without applying owns what they changed', async () => {
  await configMaps.apply(map('edited', { a: '1', b: '1' }), 'alice')
  await configMaps.patch('edited', 'merge', { data: { a: '2' } }, { fieldManager: 'editor' })
  const { object } = await configMaps.get('edited')
  expect(managersOf(object)).toMatchObject([
    { manager: 'alice', operation: 'Apply', fieldsV1: { 'f:data': { 'f:b': {} } } },
    { manager: 'editor', operation: 'Update', fieldsV1: { 'f:data': { 'f:a': {} } } },
  ])
  expect((await configMaps.apply(map('edited', { a: '3' }), 'alice')).body).toMatchObject({
    message: expect.stringContaining('Apply failed with 1 conflict: conflict with "editor" using v1'),
  })
})

test('who creates or replaces is known by the name of their program', async () => {
  const headers = { 'user-agent': 'my-tool/1.2 (linux)' }
  const body = { apiVersion: 'v1', kind: 'ConfigMap', ...map('by-program', { a: '1' }) }
  const { object } = await call('POST', configMaps.path(), { body, headers })
  expect(managersOf(object)).toMatchObject([{ manager: 'my-tool', operation: 'Update' }])
})

test('containers and their ports and variables are merged by what names them', async () => {
  const ports = [{ containerPort: 80 }]
  await deployments.apply(deployment('merged', { ports, env: [{ name: 'A', value: '1' }] }), 'alice')
  const template = (container: Pattern) => ({
    metadata: { name: 'merged' },
    spec: { template: { spec: { containers: [{ name: 'main', ...container }] } } },
  })
  const env = [{ name: 'B', value: '2' }]
  const { object } = await deployments.apply(template({ ports: [{ containerPort: 81 }], env }), 'bob')
  expect(valueAt(object, 'spec.template.spec.containers')).toMatchObject([
    {
      name: 'main',
      image: 'busybox',
      ports: [{ containerPort: 80, protocol: 'TCP' }, { containerPort: 81 }],
      env: [
        { name: 'A', value: '1' },
        { name: 'B', value: '2' },
      ],
    },
  ])
  const without = await deployments.apply(template({ env }), 'bob')
  expect(valueAt(without.object, 'spec.template.spec.containers.0.ports')).toMatchObject([
    { containerPort: 80 },
  ])
})

test('a container that is no longer applied goes', async () => {
  const two = [shell('sleep 1000'), shell('sleep 1000', { name: 'second' })]
  await deployments.apply(workload('fewer', two, { replicas: 0 }), 'alice')
  const { object } = await deployments.apply(deployment('fewer'), 'alice')
  expect(valueAt(object, 'spec.template.spec.containers')).toMatchObject([{ name: 'main' }])
})

test('an entry of a list is owned by its key', async () => {
  const { object } = await deployments.apply(deployment('keyed', { ports: [{ containerPort: 80 }] }), 'alice')
  expect(managersOf(object)[0]).toMatchObject({
    fieldsV1: {
      'f:spec': {
        'f:template': {
          'f:spec': {
            'f:containers': {
              'k:{"name":"main"}': {
                '.': {},
                'f:name': {},
                'f:image': {},
                'f:ports': { 'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {} } },
              },
            },
          },
        },
      },
    },
  })
})

test('a list without keys is replaced as a whole, and is one field', async () => {
  await deployments.apply(deployment('whole-list', { args: ['a', 'b'] }), 'alice')
  const { object } = await deployments.apply(deployment('whole-list', { args: ['c'] }), 'alice')
  expect(valueAt(object, 'spec.template.spec.containers.0.args')).toEqual(['c'])
  expect((await deployments.apply(deployment('whole-list', { args: ['d'] }), 'bob')).body).toMatchObject({
    message: expect.stringContaining('.spec.template.spec.containers[name="main"].args'),
  })
})

test('finalizers are a set to which each adds their own', async () => {
  await configMaps.apply(map('held', {}, { finalizers: ['example.com/a'] }), 'alice')
  const { object } = await configMaps.apply(map('held', {}, { finalizers: ['example.com/b'] }), 'bob')
  expect(object.metadata.finalizers).toEqual(['example.com/a', 'example.com/b'])
  const one = await configMaps.apply(map('held'), 'bob')
  expect(one.object.metadata.finalizers).toEqual(['example.com/a'])
  await configMaps.patch('held', 'merge', { metadata: { finalizers: null } })
})

test('two entries of one key are refused', async () => {
  const env = [
    { name: 'A', value: '1' },
    { name: 'A', value: '2' },
  ]
  const answer = await deployments.apply(deployment('doubled', { env }), 'alice')
  expect(answer.status).toBeGreaterThanOrEqual(400)
  expect(answer.text).toContain('duplicate entries for key')
})

test('a field that does not exist is refused by its path', async () => {
  const answer = await deployments.apply(deployment('misspelt', {}, { replicaz: 3 }), 'alice')
  expect(answer.status).toBeGreaterThanOrEqual(400)
  expect(answer.text).toContain('.spec.replicaz: field not declared in schema')
  expect((await deployments.get('misspelt')).status).toBe(404)
})

test('a value of the wrong type is refused by its path', async () => {
  const answer = await deployments.apply(deployment('mistyped', {}, { replicas: 'three' }), 'alice')
  expect(answer.status).toBeGreaterThanOrEqual(400)
  expect(answer.text).toContain('.spec.replicas')
})

test('what is applied is validated as if it were created', async () => {
  const answer = await deployments.apply({ metadata: { name: 'partial' }, spec: { replicas: 1 } }, 'alice')
  expect(answer).toMatchObject({
    status: 422,
    body: { reason: 'Invalid', message: expect.stringContaining('spec.selector: Required value') },
  })
})

test('a dry run shows what would be, conflicts too, and keeps nothing', async () => {
  await configMaps.apply(map('rehearsed', { a: '1' }), 'alice')
  const { object } = await configMaps.apply(map('rehearsed', { b: '2' }), 'alice', { dryRun: 'All' })
  expect(valueAt(object, 'data')).toEqual({ b: '2' })
  expect((await configMaps.apply(map('rehearsed', { a: '2' }), 'bob', { dryRun: 'All' })).status).toBe(409)
  expect(valueAt((await configMaps.get('rehearsed')).object, 'data')).toEqual({ a: '1' })
})

test('to apply to a certain version is a conflict where it is another', async () => {
  const { metadata } = (await configMaps.apply(map('pinned', { a: '1' }), 'alice')).object
  await configMaps.apply(map('pinned', { a: '2' }), 'alice')
  const { resourceVersion } = metadata
  const answer = await configMaps.apply(map('pinned', { a: '3' }, { resourceVersion }), 'alice')
  expect(answer).toMatchObject({
    status: 409,
    body: { message: expect.stringContaining('the object has been modified') },
  })
})

test('what managers own is not applied', async () => {
  const { object } = await configMaps.apply(map('meta', { a: '1' }), 'alice')
  const { managedFields } = object.metadata
  expect(await configMaps.apply(map('meta', { a: '2' }, { managedFields }), 'alice')).toMatchObject({
    status: 400,
    body: { message: expect.stringContaining('metadata.managedFields must be nil') },
  })
})

test('the ownership of all fields can be given up', async () => {
  await configMaps.apply(map('freed', { a: '1' }), 'alice')
  const { object } = await configMaps.patch('freed', 'merge', { metadata: { managedFields: [{}] } })
  expect(object.metadata.managedFields ?? []).toEqual([])
  // What has no owner is taken for someone's work of before.
  expect((await configMaps.apply(map('freed', { a: '2' }), 'bob')).body).toMatchObject({
    message: expect.stringContaining('conflict with "before-first-apply"'),
  })
})

test('what is applied may be YAML', async () => {
  const body = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: written}\ndata: {a: "1"}\n'
  const query = { fieldManager: 'alice' }
  expect(
    await call('PATCH', configMaps.path('written'), { type: patchTypes.apply, body, query }),
  ).toMatchObject({
    status: 201,
    body: { data: { a: '1' } },
  })
})

test('what is applied must say what it is', async () => {
  const answer = await configMaps.patch('anonymous', 'apply', map('anonymous'), { fieldManager: 'alice' })
  expect(answer.status).toBeGreaterThanOrEqual(400)
})

test('force belongs to apply alone', async () => {
  await configMaps.apply(map('forced'), 'alice')
  const answer = await configMaps.patch('forced', 'merge', { data: { a: '1' } }, { force: true })
  expect(answer).toMatchObject({
    status: 422,
    body: { message: expect.stringContaining('force: Forbidden: may not be specified for non-apply patch') },
  })
})
