import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  difference,
  fieldSetOf,
  fromFieldsV1,
  isEmpty,
  toFieldsV1,
} from '../../../src/sandbox/api/apply/field-set.ts'
import { merge } from '../../../src/sandbox/api/apply/merge.ts'
import { builtInType } from '../../../src/sandbox/schema/built-in-types.ts'
import { deployment } from '../manifests.ts'
import { Rig } from './rig.ts'

let rig: Rig
beforeAll(async () => {
  rig = await Rig.start()
})
afterAll(() => rig.stop())

function apply(name: string, fields: object, fieldManager: string, force = false) {
  return rig.call('PATCH', `/api/v1/namespaces/default/configmaps/${name}`, {
    type: 'application/apply-patch+yaml',
    query: { fieldManager, force: String(force) },
    body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, ...fields },
  })
}

type Fields = Readonly<Record<string, unknown>>

function applyDeployment(name: string, spec: Fields, container: Fields, fieldManager: string) {
  return rig.call('PATCH', `/apis/apps/v1/namespaces/default/deployments/${name}`, {
    type: 'application/apply-patch+yaml',
    query: { fieldManager },
    body: deployment(name, spec, container),
  })
}

test("another one's field is a conflict that says whose and which, and force takes it", async () => {
  await apply('shared', { data: { a: '1', b: '1' } }, 'alice')
  const refused = await apply('shared', { data: { a: '2' } }, 'bob')
  expect(refused).toMatchObject({
    code: 409,
    body: {
      message: 'Apply failed with 1 conflict: conflict with "alice": .data.a',
      details: { causes: [{ reason: 'FieldManagerConflict', field: '.data.a' }] },
    },
  })
  expect((await apply('shared', { data: { a: '2' } }, 'bob', true)).body.data).toEqual({ a: '2', b: '1' })
  expect((await apply('shared', { data: { a: '1', b: '1' } }, 'alice')).code).toBe(409)
})

test('what is no longer applied goes, unless another one has it, too', async () => {
  await apply('fading', { data: { a: '1', b: '1', c: '1' } }, 'alice')
  await apply('fading', { data: { b: '1' } }, 'bob')
  expect((await apply('fading', { data: { c: '1' } }, 'alice')).body.data).toEqual({ b: '1', c: '1' })
})

test('to apply the same again changes nothing at all', async () => {
  const first = await applyDeployment('steady', { replicas: 2 }, {}, 'alice')
  const second = await applyDeployment('steady', { replicas: 2 }, {}, 'alice')
  expect(second.body).toEqual(first.body)
})

test('the keys of a list tell its items apart', async () => {
  const env = (name: string, value: string) => ({ name, value })
  await applyDeployment('merged', {}, { env: [env('A', '1'), env('B', '1')] }, 'alice')
  const { body } = await rig.call('PATCH', '/apis/apps/v1/namespaces/default/deployments/merged', {
    type: 'application/strategic-merge-patch+json',
    body: { spec: { template: { spec: { containers: [{ name: 'main', env: [env('C', '1')] }] } } } },
  })
  expect(body.spec.template.spec.containers[0].env).toHaveLength(3)
  const again = await applyDeployment('merged', {}, { env: [env('B', '1')] }, 'alice')
  const names = again.body.spec.template.spec.containers[0].env.map(({ name }: { name: string }) => name)
  expect(names.toSorted()).toEqual(['B', 'C'])
})

test('a whole part that is no longer applied gets its defaults again', async () => {
  await applyDeployment('reset', { strategy: { type: 'Recreate' } }, {}, 'alice')
  const { body } = await applyDeployment('reset', {}, {}, 'alice')
  expect(body.spec.strategy.type).toBe('RollingUpdate')
})

test('annotations that nobody is known to have written stay', async () => {
  await apply('noted', { metadata: { name: 'noted', annotations: { mine: '1' } } }, 'alice')
  rig.store.update('configmaps', 'noted', 'default', object => ({
    ...object,
    metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, theirs: '1' } },
  }))
  const { body } = await apply('noted', {}, 'alice')
  expect(body.metadata.annotations).toEqual({ theirs: '1' })
})

test('what is applied is known by who applied it', async () => {
  const { body } = await apply('owned', { data: { a: '1' } }, 'alice')
  expect(body.metadata.managedFields).toMatchObject([
    { manager: 'alice', operation: 'Apply', fieldsV1: { 'f:data': { 'f:a': {} } } },
  ])
})

const names = fc.constantFrom('a', 'b', 'c', 'd')
const containers = fc.uniqueArray(fc.record({ name: names, image: fc.constantFrom('x', 'y') }), {
  selector: ({ name }) => name,
})
const specs = containers.map(list => ({ containers: list }))
const podSpec = builtInType('core.v1.PodSpec')

test('to merge twice is to merge once, and what is applied comes in its order', () => {
  fc.assert(
    fc.property(specs, specs, (live, applied) => {
      const once = merge(podSpec, live, applied) as typeof live
      expect(merge(podSpec, once, applied)).toEqual(once)
      const wanted = applied.containers.map(({ name }) => name)
      const order = once.containers.map(({ name }) => name).filter(name => wanted.includes(name))
      expect(order).toEqual(wanted)
      expect(new Set(once.containers.map(({ name }) => name)).size).toBe(once.containers.length)
    }),
  )
})

test('what fields an object has survives being written down', () => {
  fc.assert(
    fc.property(specs, spec => {
      const set = fieldSetOf(podSpec, spec)
      const read = fromFieldsV1(JSON.parse(JSON.stringify(toFieldsV1(set))))
      expect(isEmpty(difference(set, read)) || spec.containers.length === 0).toBe(true)
      expect(isEmpty(difference(read, set)) || spec.containers.length === 0).toBe(true)
    }),
  )
})
