import { beforeEach, expect, test } from 'vitest'
import { createStore } from '../../../src/sandbox/store/create-store.ts'
import type { ObjectStore } from '../../../src/sandbox/store/object-store.ts'
import { widget, widgetDefinition } from '../manifests.ts'

const definitions = 'customresourcedefinitions.apiextensions.k8s.io'
let store: ObjectStore
beforeEach(() => {
  store = createStore()
  store.create(definitions, widgetDefinition())
})

test('a kind is served as soon as it is defined', () => {
  expect(store.get(definitions, 'widgets.example.com')?.status).toMatchObject({
    conditions: expect.arrayContaining([expect.objectContaining({ type: 'Established', status: 'True' })]),
    storedVersions: ['v1'],
  })
  const made = store.create('widgets.example.com', widget('a', { size: 2 }))
  expect(made).toMatchObject({
    ok: true,
    value: { spec: { size: 2, replicas: 1 }, metadata: { generation: 1 } },
  })
})

test('what its schema does not allow is said by field', () => {
  expect(store.create('widgets.example.com', widget('a', { size: 0, colour: 'green' }))).toMatchObject({
    ok: false,
    failure: {
      code: 422,
      message:
        'Widget.example.com "a" is invalid: [spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1, spec.colour: Unsupported value: "green": supported values: "red", "blue"]',
    },
  })
  expect(store.create('widgets.example.com', widget('a', {}))).toMatchObject({
    failure: { message: expect.stringContaining('spec.size: Required value') },
  })
})

test('a kind goes with its definition, and its objects go before', () => {
  store.create('widgets.example.com', widget('a', { size: 2 }))
  const gone: string[] = []
  store.watch('widgets.example.com', ({ type }) => gone.push(type))
  store.watch(definitions, ({ type }) => type === 'DELETED' && gone.push('the kind'))
  store.delete(definitions, 'widgets.example.com', undefined)
  expect(gone).toEqual(['DELETED', 'the kind'])
  expect(store.kinds.get('widgets.example.com')).toBeUndefined()
})

test('a kind waits for an object that something holds', () => {
  const held = widget('held', { size: 2 })
  store.create('widgets.example.com', {
    ...held,
    metadata: { ...held.metadata, finalizers: ['example.com/hold'] },
  })
  store.delete(definitions, 'widgets.example.com', undefined)
  expect(store.kinds.get('widgets.example.com')).toBeDefined()
  store.update('widgets.example.com', 'held', 'default', object => ({
    ...object,
    metadata: { ...object.metadata, finalizers: [] },
  }))
  expect(store.kinds.get('widgets.example.com')).toBeUndefined()
})

test('a definition that is none is refused', () => {
  const { metadata, ...rest } = widgetDefinition()
  expect(
    store.create(definitions, { ...rest, metadata: { ...metadata, name: 'gadgets.example.com' } }),
  ).toMatchObject({
    failure: { message: expect.stringContaining('must be spec.names.plural+"."+spec.group') },
  })
})

test('a definition that was replaced by one without finalizers takes its objects along all the same', () => {
  store.create('widgets.example.com', widget('a', { size: 2 }))
  store.update(definitions, 'widgets.example.com', undefined, object => ({
    ...object,
    metadata: { ...object.metadata, finalizers: [] },
  }))
  store.delete(definitions, 'widgets.example.com', undefined)
  expect(store.list('widgets.example.com')).toEqual([])
})

test.each([
  ['apps', 'deployments', 'spec.group: Invalid value: "apps": should be a domain with at least one dot'],
  ['networking.k8s.io', 'ingresses', 'metadata.annotations[api-approved.kubernetes.io]: Required value'],
  ['example.com', 'Widgets', 'spec.names.plural: Invalid value: "Widgets"'],
])('a definition in the group %s of %s is refused: the built-in kinds stay', (group, plural, words) => {
  const { spec, ...rest } = widgetDefinition()
  const names = { kind: 'Thing', plural }
  const made = store.create(definitions, {
    ...rest,
    metadata: { name: `${plural}.${group}` },
    spec: { ...(spec as object), group, names },
  })
  expect(made).toMatchObject({ failure: { message: expect.stringContaining(words) } })
})
