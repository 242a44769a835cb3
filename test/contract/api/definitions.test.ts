import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { valueAt } from '../rig/answer.ts'
import { call } from '../rig/call.ts'
import { Collection, condition, type Pattern } from '../rig/collection.ts'
import { kinds } from '../rig/kinds.ts'
import { openSpace } from '../rig/namespace.ts'

const space = await openSpace('definitions')
const definitions = new Collection(kinds.definitions)
const group = `contract-${process.pid}-${Date.now().toString(36)}.example.com`
const made: string[] = []

const string = { type: 'string' }
const sizes = {
  type: 'object',
  required: ['colour'],
  properties: {
    colour: { type: 'string', enum: ['red', 'green'] },
    size: { type: 'integer', minimum: 1, default: 3 },
    replicas: { type: 'integer' },
    free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    parts: {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
      items: { type: 'object', required: ['name'], properties: { name: string, value: string } },
    },
  },
}
const schema = {
  openAPIV3Schema: {
    type: 'object',
    properties: {
      spec: sizes,
      status: { type: 'object', properties: { replicas: { type: 'integer' }, phase: string } },
    },
  },
}

/** A definition with the names that belong together. */
function definition(plural: string, kind: string, versions: readonly Pattern[]) {
  const names = {
    plural,
    singular: kind.toLowerCase(),
    kind,
    listKind: `${kind}List`,
    shortNames: [`s${plural}`],
  }
  return { metadata: { name: `${plural}.${group}` }, spec: { group, scope: 'Namespaced', names, versions } }
}

function version(name: string, more: Pattern = {}): Pattern {
  return { name, served: true, storage: true, schema, ...more }
}

/** Makes a definition, waits until its objects are served, and gives them. */
async function define(plural: string, kind: string, versions: readonly Pattern[], served = 'v1') {
  made.push(`${plural}.${group}`)
  await definitions.make(definition(plural, kind, versions))
  await definitions.until(`${plural}.${group}`, condition('Established', 'True'))
  return new Collection({ apiVersion: `${group}/${served}`, kind, plural, namespaced: true }, space.namespace)
}

afterAll(async () => {
  for (const name of made) await definitions.delete(name)
})

let widgets: Collection
beforeAll(async () => {
  widgets = await define('widgets', 'Widget', [
    version('v1', {
      subresources: {
        status: {},
        scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' },
      },
      additionalPrinterColumns: [{ name: 'Colour', type: 'string', jsonPath: '.spec.colour' }],
    }),
  ])
})

function widget(name: string, spec: Pattern = {}) {
  return { metadata: { name }, spec: { colour: 'red', ...spec } }
}

// Of other kinds a server that was started not long ago still knows all versions.
test('who watches a kind from a version before it was there is told to list', async () => {
  using watch = await widgets.watch({ resourceVersion: '1' })
  const [error] = await watch.until(events => events.length >= 1)
  expect(error).toMatchObject({
    type: 'ERROR',
    object: { kind: 'Status', code: 410, reason: expect.stringMatching(/^(Expired|Gone)$/) },
  })
  await watch.ended
})

test('a defined kind is listed among the others', async () => {
  expect((await call('GET', `/apis/${group}/v1`)).body).toMatchObject({
    resources: expect.arrayContaining([
      expect.objectContaining({
        name: 'widgets',
        kind: 'Widget',
        namespaced: true,
        shortNames: ['swidgets'],
      }),
      expect.objectContaining({ name: 'widgets/status' }),
      expect.objectContaining({ name: 'widgets/scale', kind: 'Scale' }),
    ]),
  })
  expect((await definitions.get(`widgets.${group}`)).body).toMatchObject({
    status: { acceptedNames: { kind: 'Widget', plural: 'widgets' }, storedVersions: ['v1'] },
  })
})

test('objects of a defined kind are made, read, listed and deleted as any others', async () => {
  const { metadata } = await widgets.make(widget('first'))
  expect((await widgets.get('first')).object.metadata.uid).toBe(metadata.uid)
  expect((await widgets.list({ fieldSelector: 'metadata.name=first' })).body).toMatchObject({
    kind: 'WidgetList',
    apiVersion: `${group}/v1`,
    items: [{ kind: 'Widget', metadata: { name: 'first', generation: 1 } }],
  })
  expect((await widgets.delete('first')).status).toBe(200)
  expect(await widgets.get('first')).toMatchObject({
    status: 404,
    body: { message: `widgets.${group} "first" not found` },
  })
})

test('a defined kind gets its defaults, and loses what is not defined', async () => {
  const made = await widgets.make(widget('pruned', { extra: 1, free: { any: ['thing'] } }))
  expect(valueAt(made, 'spec')).toEqual({ colour: 'red', size: 3, free: { any: ['thing'] } })
})

test('what its schema does not allow is refused by field', async () => {
  const answer = await widgets.create(widget('wrong', { colour: 'blue', size: 0 }))
  expect(answer).toMatchObject({
    status: 422,
    body: { reason: 'Invalid', details: { name: 'wrong', group, kind: 'Widget' } },
  })
  const message = valueAt(answer.body as object, 'message')
  expect(message).toContain('spec.colour: Unsupported value: "blue": supported values: "red", "green"')
  expect(message).toContain('spec.size: Invalid value')
  const incomplete = await widgets.create({ metadata: { name: 'wrong' }, spec: {} })
  expect(incomplete.text).toContain('spec.colour: Required value')
  const mistyped = await widgets.create(widget('wrong', { size: 'large' }))
  expect(mistyped.text).toMatch(/spec\.size: Invalid value: .*must be of type integer/)
})

test('the status of a defined kind is a part of its own', async () => {
  await widgets.make({ ...widget('stated'), status: { phase: 'ignored' } })
  expect((await widgets.get('stated')).object).not.toHaveProperty('status')
  const status = { phase: 'Good' }
  const { object } = await widgets.patch('stated', 'merge', { status, spec: { size: 9 } }, { part: 'status' })
  expect(object).toMatchObject({ metadata: { generation: 1 }, spec: { size: 3 }, status })
  const { metadata } = (await widgets.patch('stated', 'merge', { spec: { size: 9 } })).object
  expect(metadata.generation).toBe(2)
})

test('a defined kind can be scaled', async () => {
  await widgets.make(widget('scaled', { replicas: 1 }))
  expect((await widgets.get('scaled', 'scale')).body).toMatchObject({ kind: 'Scale', spec: { replicas: 1 } })
  await widgets.patch('scaled', 'merge', { spec: { replicas: 4 } }, { part: 'scale' })
  expect((await widgets.get('scaled')).body).toMatchObject({ spec: { replicas: 4 } })
})

test('a defined kind has the columns that its definition says', async () => {
  await widgets.make(widget('shown'))
  const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json'
  expect((await call('GET', widgets.path('shown'), { headers: { accept } })).body).toMatchObject({
    columnDefinitions: [{ name: 'Name' }, { name: 'Colour' }],
    rows: [{ cells: ['shown', 'red'] }],
  })
})

test('a defined kind can be applied, its keyed lists merged', async () => {
  const part = (name: string, value: string) => ({ parts: [{ name, value }] })
  await widgets.apply(widget('applied', part('a', '1')), 'alice')
  const { object } = await widgets.apply({ metadata: { name: 'applied' }, spec: part('b', '2') }, 'bob')
  expect(valueAt(object, 'spec.parts')).toEqual([
    { name: 'a', value: '1' },
    { name: 'b', value: '2' },
  ])
  expect(await widgets.apply({ metadata: { name: 'applied' }, spec: part('a', '3') }, 'bob')).toMatchObject({
    status: 409,
    body: { message: expect.stringContaining('conflict with "alice": .spec.parts[name="a"].value') },
  })
})

test('a defined kind takes merge and JSON patches, and no strategic ones', async () => {
  await widgets.make(widget('patched'))
  expect((await widgets.patch('patched', 'merge', { spec: { size: 5 } })).body).toMatchObject({
    spec: { size: 5 },
  })
  const replace = [{ op: 'replace', path: '/spec/size', value: 6 }]
  expect((await widgets.patch('patched', 'json', replace)).body).toMatchObject({ spec: { size: 6 } })
  expect((await widgets.patch('patched', 'strategic', { spec: { size: 7 } })).status).toBe(415)
})

test('a defined kind can be watched', async () => {
  using watch = await widgets.watch({ fieldSelector: 'metadata.name=watched' })
  await widgets.make(widget('watched'))
  await widgets.patch('watched', 'merge', { spec: { size: 5 } })
  await widgets.delete('watched')
  await watch.until(events => events.length >= 3)
  expect(watch.story).toEqual(['ADDED watched', 'MODIFIED watched', 'DELETED watched'])
})

test('each version that is served shows the same objects', async () => {
  const old = version('v1', { storage: false })
  const gears = await define('gears', 'Gear', [old, version('v2')], 'v2')
  await gears.make({ metadata: { name: 'both' }, spec: { colour: 'green' } })
  const before = new Collection({ ...gears.type, apiVersion: `${group}/v1` }, space.namespace)
  expect((await before.get('both')).body).toMatchObject({
    apiVersion: `${group}/v1`,
    spec: { colour: 'green' },
  })
})

test('with its definition a kind goes, and all its objects', async () => {
  const sprockets = await define('sprockets', 'Sprocket', [version('v1')])
  await sprockets.make({ metadata: { name: 'doomed' }, spec: { colour: 'red' } })
  using watch = await sprockets.watch()
  await definitions.delete(`sprockets.${group}`)
  await watch.until(events => events.some(({ type }) => type === 'DELETED'))
  await definitions.untilGone(`sprockets.${group}`)
  // Nothing tells when the server has forgotten it.
  await vi.waitUntil(async () => (await sprockets.list()).status === 404, { timeout: 30_000, interval: 100 })
})

test('a definition whose name is not that of its kind is refused', async () => {
  const wrong = { ...definition('bolts', 'Bolt', [version('v1')]), metadata: { name: `nuts.${group}` } }
  const answer = await definitions.create(wrong)
  expect(answer.status).toBe(422)
  expect(answer.text).toContain('must be spec.names.plural+')
})

test('a definition without a schema is refused', async () => {
  const answer = await definitions.create(
    definition('bolts', 'Bolt', [{ name: 'v1', served: true, storage: true }]),
  )
  expect(answer.status).toBe(422)
  expect(answer.text).toContain('schemas are required')
})

test('an object of a kind that is not defined is not found', async () => {
  const nothing = new Collection(
    { apiVersion: `${group}/v1`, kind: 'Bolt', plural: 'bolts', namespaced: true },
    space.namespace,
  )
  expect((await nothing.list()).status).toBe(404)
})
