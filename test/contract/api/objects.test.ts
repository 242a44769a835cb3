import { expect, test } from 'vitest'
import { valueAt } from '../rig/answer.ts'
import { call } from '../rig/call.ts'
import { shell, workload } from '../rig/manifests.ts'
import { openSpace, spaceOf } from '../rig/namespace.ts'

const space = await openSpace('objects')
const { configMaps, secrets, deployments } = space

test('a new object gets its identity, the time and a version', async () => {
  const answer = await configMaps.create({ metadata: { name: 'new' }, data: { a: '1' } })
  expect(answer).toMatchObject({
    status: 201,
    body: {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: 'new',
        namespace: space.namespace,
        uid: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
        resourceVersion: expect.stringMatching(/^\d+$/),
        creationTimestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      },
      data: { a: '1' },
    },
  })
  expect((await configMaps.get('new')).object).toEqual(answer.object)
})

test('a name is taken once', async () => {
  await configMaps.make({ metadata: { name: 'taken' } })
  expect(await configMaps.create({ metadata: { name: 'taken' } })).toMatchObject({
    status: 409,
    body: {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'configmaps "taken" already exists',
      reason: 'AlreadyExists',
      details: { name: 'taken', kind: 'configmaps' },
      code: 409,
    },
  })
})

test('the same name may be used by another kind', async () => {
  await configMaps.make({ metadata: { name: 'shared-name' } })
  expect(await secrets.create({ metadata: { name: 'shared-name' } })).toMatchObject({ status: 201 })
})

test('what is not there is said by name, kind and group', async () => {
  expect(await deployments.get('nothing')).toMatchObject({
    status: 404,
    body: {
      status: 'Failure',
      reason: 'NotFound',
      message: 'deployments.apps "nothing" not found',
      details: { name: 'nothing', group: 'apps', kind: 'deployments' },
      code: 404,
    },
  })
})

test('nothing can be created in a namespace that is not there', async () => {
  const { configMaps } = spaceOf('contract-no-such-namespace')
  expect(await configMaps.create({ metadata: { name: 'lost' } })).toMatchObject({
    status: 404,
    body: { reason: 'NotFound', message: 'namespaces "contract-no-such-namespace" not found' },
  })
})

test('the namespace of the address and of the object must agree', async () => {
  expect(await configMaps.create({ metadata: { name: 'elsewhere', namespace: 'default' } })).toMatchObject({
    status: 400,
    body: {
      reason: 'BadRequest',
      message: 'the namespace of the provided object does not match the namespace sent on the request',
    },
  })
})

test('generateName gives each object a name of its own', async () => {
  const make = async () => (await configMaps.make({ metadata: { generateName: 'made-' } })).metadata.name
  const names = await Promise.all([make(), make(), make()])
  expect(new Set(names).size).toBe(3)
  for (const name of names) expect(name).toMatch(/^made-[a-z0-9]{5}$/)
})

test('an object without a name is refused', async () => {
  expect(await configMaps.create({ metadata: {} })).toMatchObject({
    status: 422,
    body: { reason: 'Invalid', message: expect.stringContaining('name or generateName is required') },
  })
})

test('a name that cannot be part of an address is refused, and told why', async () => {
  expect(await configMaps.create({ metadata: { name: 'Not_A_Name' } })).toMatchObject({
    status: 422,
    body: {
      reason: 'Invalid',
      message: expect.stringContaining(
        'ConfigMap "Not_A_Name" is invalid: metadata.name: Invalid value: "Not_A_Name": ',
      ),
      details: {
        name: 'Not_A_Name',
        kind: 'ConfigMap',
        causes: [{ reason: 'FieldValueInvalid', field: 'metadata.name' }],
      },
    },
  })
})

test('a body that is not JSON is a bad request', async () => {
  expect(await call('POST', configMaps.path(), { body: '{"metadata": ' })).toMatchObject({
    status: 400,
    body: { reason: 'BadRequest', code: 400 },
  })
})

test('a body of another kind is a bad request', async () => {
  const answer = await configMaps.create({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'mistaken' } })
  expect(answer).toMatchObject({ status: 400, body: { reason: 'BadRequest' } })
  expect(valueAt(answer.body as object, 'message')).toContain(
    'Secret in version "v1" cannot be handled as a ConfigMap',
  )
})

test('a body may be YAML', async () => {
  const body = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: from-yaml}\ndata:\n  a: "1"\n'
  expect(await call('POST', configMaps.path(), { body, type: 'application/yaml' })).toMatchObject({
    status: 201,
    body: { data: { a: '1' } },
  })
})

test('a media type that the server does not know is refused', async () => {
  const answer = await call('POST', configMaps.path(), {
    body: 'a=1',
    type: 'application/x-www-form-urlencoded',
  })
  expect(answer).toMatchObject({ status: 415, body: { reason: 'UnsupportedMediaType' } })
})

test('a verb that a resource does not have is refused', async () => {
  expect(await call('POST', configMaps.path('any'), { body: {} })).toMatchObject({
    status: 405,
    body: { reason: 'MethodNotAllowed' },
  })
})

test('a dry run answers as if it were real, and keeps nothing', async () => {
  expect(await configMaps.create({ metadata: { name: 'tried' } }, { dryRun: 'All' })).toMatchObject({
    status: 201,
    body: { metadata: { name: 'tried', uid: expect.any(String) } },
  })
  expect(await configMaps.get('tried')).toMatchObject({ status: 404 })
})

test('a dry run of another sort than All is refused', async () => {
  const answer = await configMaps.create({ metadata: { name: 'half-tried' } }, { dryRun: 'Some' })
  expect(answer).toMatchObject({ status: 422, body: { reason: 'Invalid' } })
  expect(await configMaps.get('half-tried')).toMatchObject({ status: 404 })
})

test('an update of an older version is a conflict, and changes nothing', async () => {
  const first = await configMaps.make({ metadata: { name: 'contended' }, data: { a: '1' } })
  const second = (await configMaps.replace('contended', { ...first, data: { a: '2' } })).object
  expect(Number(second.metadata.resourceVersion)).toBeGreaterThan(Number(first.metadata.resourceVersion))
  expect(await configMaps.replace('contended', { ...first, data: { a: '3' } })).toMatchObject({
    status: 409,
    body: {
      reason: 'Conflict',
      message:
        'Operation cannot be fulfilled on configmaps "contended": the object has been modified; please apply your changes to the latest version and try again',
      details: { name: 'contended', kind: 'configmaps' },
    },
  })
  expect((await configMaps.get('contended')).body).toMatchObject({ data: { a: '2' } })
})

test('an update without a version replaces whatever is there', async () => {
  const { metadata } = await configMaps.make({ metadata: { name: 'replaced' }, data: { a: '1', b: '1' } })
  const manifest = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'replaced' }, data: { b: '2' } }
  const answer = await configMaps.replace('replaced', manifest)
  expect(answer).toMatchObject({ status: 200, body: { metadata: { uid: metadata.uid } } })
  expect(valueAt(answer.object, 'data')).toEqual({ b: '2' })
})

test('an update of what is not there is refused', async () => {
  const manifest = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'absent' } }
  expect(await configMaps.replace('absent', manifest)).toMatchObject({ status: 404 })
})

test('an update cannot rename', async () => {
  const made = await configMaps.make({ metadata: { name: 'unnamed' } })
  const renamed = { ...made, metadata: { ...made.metadata, name: 'renamed' } }
  expect(await configMaps.replace('unnamed', renamed)).toMatchObject({
    status: 400,
    body: {
      message: 'the name of the object (renamed) does not match the name on the URL (unnamed)',
    },
  })
})

test('an update that means an object of before is a conflict', async () => {
  const made = await configMaps.make({ metadata: { name: 'reborn' } })
  const other = { ...made.metadata, uid: '00000000-0000-4000-8000-000000000000' }
  expect(await configMaps.replace('reborn', { ...made, metadata: other })).toMatchObject({
    status: 409,
    body: {
      reason: 'Conflict',
      message: expect.stringContaining('Precondition failed: UID in precondition'),
    },
  })
})

test('an update that changes nothing makes no new version', async () => {
  const made = await configMaps.make({ metadata: { name: 'same' }, data: { a: '1' } })
  const { object } = await configMaps.replace('same', made)
  expect(object.metadata.resourceVersion).toBe(made.metadata.resourceVersion)
})

test('the generation counts changes of what is wanted, and nothing else', async () => {
  const { metadata } = await deployments.make(workload('counted', shell('sleep 1000'), { replicas: 0 }))
  expect(metadata.generation).toBe(1)
  const patched = async (patch: object) =>
    (await deployments.patch('counted', 'merge', patch)).object.metadata.generation
  expect(await patched({ metadata: { labels: { a: 'b' } } })).toBe(1)
  expect(await patched({ spec: { minReadySeconds: 1 } })).toBe(2)
  expect(await patched({ spec: { minReadySeconds: 1 } })).toBe(2)
})

test('what the server fills in cannot be chosen', async () => {
  const made = await configMaps.make({
    metadata: {
      name: 'presumptuous',
      uid: '00000000-0000-4000-8000-000000000000',
      creationTimestamp: '2001-01-01T00:00:00Z',
    },
  })
  expect(made.metadata.uid).not.toBe('00000000-0000-4000-8000-000000000000')
  expect(made.metadata.creationTimestamp).not.toBe('2001-01-01T00:00:00Z')
})

test('an object is not created with a version', async () => {
  const answer = await configMaps.create({ metadata: { name: 'versioned', resourceVersion: '1' } })
  expect(answer.body).toMatchObject({ message: 'resourceVersion should not be set on objects to be created' })
})

test('a Secret takes plain text, and gives it back encoded', async () => {
  await secrets.make({ metadata: { name: 'encoded' }, stringData: { password: 'open sesame' } })
  const { object } = await secrets.get('encoded')
  expect(object).toMatchObject({ type: 'Opaque', data: { password: 'b3BlbiBzZXNhbWU=' } })
  expect(object).not.toHaveProperty('stringData')
})

test('an immutable ConfigMap stays as it is', async () => {
  await configMaps.make({ metadata: { name: 'fixed' }, immutable: true, data: { a: '1' } })
  const answer = await configMaps.patch('fixed', 'merge', { data: { a: '2' } })
  expect(answer).toMatchObject({
    status: 422,
    body: { message: expect.stringContaining('field is immutable when `immutable` is set') },
  })
})

test('an object is given as a table to who asks for one', async () => {
  await configMaps.make({ metadata: { name: 'tabled' }, data: { a: '1', b: '2' } })
  const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json'
  expect((await call('GET', configMaps.path('tabled'), { headers: { accept } })).body).toMatchObject({
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    columnDefinitions: [{ name: 'Name' }, { name: 'Data' }, { name: 'Age' }],
    rows: [{ cells: ['tabled', 2, expect.any(String)], object: { kind: 'PartialObjectMetadata' } }],
  })
})

test('only the metadata is given to who asks for no more', async () => {
  await configMaps.make({ metadata: { name: 'outlined' }, data: { a: '1' } })
  const accept = 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io,application/json'
  const { body } = await call('GET', configMaps.path('outlined'), { headers: { accept } })
  expect(body).toMatchObject({ kind: 'PartialObjectMetadata', metadata: { name: 'outlined' } })
  expect(body).not.toHaveProperty('data')
})
