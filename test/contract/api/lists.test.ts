import { expect, test } from 'vitest'
import { namesOf, textAt, valueAt } from '../rig/answer.ts'
import { call } from '../rig/call.ts'
import { Collection } from '../rig/collection.ts'
import { kinds } from '../rig/kinds.ts'
import { openSpace } from '../rig/namespace.ts'

const space = await openSpace('lists')
const { configMaps } = space
await Promise.all([
  make('apple', { kind: 'fruit', colour: 'red' }),
  make('banana', { kind: 'fruit', colour: 'yellow' }),
  make('carrot', { kind: 'root', colour: 'orange' }),
  make('daikon', { kind: 'root' }),
  make('endive', {}),
])
/** Of all objects that this file made. */
const own = 'made-by=lists'

function make(name: string, labels: Record<string, string>) {
  return configMaps.make({ metadata: { name, labels: { 'made-by': 'lists', ...labels } }, data: { name } })
}

test('a list has the kind of its objects, their order by name, and a version', async () => {
  const { body, items } = await configMaps.list({ labelSelector: own })
  expect(body).toMatchObject({
    kind: 'ConfigMapList',
    apiVersion: 'v1',
    metadata: { resourceVersion: expect.stringMatching(/^\d+$/) },
  })
  expect(namesOf(items)).toEqual(['apple', 'banana', 'carrot', 'daikon', 'endive'])
})

test('a list of nothing has no objects, and is no error', async () => {
  const { status, body } = await space.statefulSets.list()
  expect({ status, body }).toMatchObject({ status: 200, body: { kind: 'StatefulSetList', items: [] } })
})

test('the objects of all namespaces can be listed at once', async () => {
  const { items } = await new Collection(kinds.configMaps).list({ labelSelector: own })
  const here = items.filter(({ metadata }) => metadata.namespace === space.namespace)
  expect(here).toHaveLength(5)
})

test('a namespace that is not there has no objects', async () => {
  expect(await new Collection(kinds.configMaps, 'contract-no-such-namespace').names()).toEqual([])
})

test.each([
  ['kind=fruit', ['apple', 'banana']],
  ['kind==fruit', ['apple', 'banana']],
  ['kind=fruit,colour=red', ['apple']],
  ['kind!=fruit', ['carrot', 'daikon', 'endive']],
  ['kind in (fruit, root)', ['apple', 'banana', 'carrot', 'daikon']],
  ['kind notin (fruit)', ['carrot', 'daikon', 'endive']],
  ['colour', ['apple', 'banana', 'carrot']],
  ['!colour', ['daikon', 'endive']],
  ['kind,!colour', ['daikon']],
  ['kind=nothing', []],
])('the label selector %s chooses %j', async (selector, expected) => {
  expect(await configMaps.names({ labelSelector: `${own},${selector}` })).toEqual(expected)
})

test('a label selector that cannot be read is a bad request', async () => {
  expect(await configMaps.list({ labelSelector: 'kind in fruit' })).toMatchObject({
    status: 400,
    body: { reason: 'BadRequest', message: expect.stringContaining('unable to parse requirement') },
  })
})

test('objects are chosen by name and namespace', async () => {
  expect(await configMaps.names({ fieldSelector: 'metadata.name=carrot' })).toEqual(['carrot'])
  const others = await configMaps.names({ labelSelector: own, fieldSelector: 'metadata.name!=carrot' })
  expect(others).toEqual(['apple', 'banana', 'daikon', 'endive'])
  const fieldSelector = `metadata.namespace=${space.namespace},metadata.name=apple`
  expect(await new Collection(kinds.configMaps).names({ fieldSelector })).toEqual(['apple'])
})

test('a field that objects are not chosen by is a bad request', async () => {
  expect(await configMaps.list({ fieldSelector: 'data.name=apple' })).toMatchObject({
    status: 400,
    body: {
      reason: 'BadRequest',
      message: expect.stringContaining('"data.name" is not a known field selector'),
    },
  })
})

test('a list is given in pages that lead to one another', async () => {
  const first = await configMaps.list({ labelSelector: own, limit: 2 })
  expect(namesOf(first.items)).toEqual(['apple', 'banana'])
  const second = await configMaps.list({ labelSelector: own, limit: 2, continue: tokenOf(first.object) })
  expect(namesOf(second.items)).toEqual(['carrot', 'daikon'])
  const third = await configMaps.list({ labelSelector: own, limit: 2, continue: tokenOf(second.object) })
  expect(namesOf(third.items)).toEqual(['endive'])
  expect(valueAt(third.object, 'metadata.continue') ?? '').toBe('')
})

test('without a selector the first page says how many objects are left', async () => {
  const { serviceAccounts } = space
  await Promise.all(['one', 'two'].map(name => serviceAccounts.make({ metadata: { name } })))
  const { object } = await serviceAccounts.list({ limit: 1 })
  expect(object.metadata).toMatchObject({ remainingItemCount: 2 })
})

test('all pages of a list show the same moment', async () => {
  const { secrets } = space
  const labels = { page: 'of-one-moment' }
  const labelSelector = 'page=of-one-moment'
  const make = (name: string) => secrets.make({ metadata: { name, labels } })
  await Promise.all([make('page-a'), make('page-b'), make('page-d')])
  const first = await secrets.list({ labelSelector, limit: 1 })
  await Promise.all([make('page-c'), secrets.delete('page-d')])
  const rest = await secrets.list({ labelSelector, continue: tokenOf(first.object) })
  expect(namesOf([...first.items, ...rest.items])).toEqual(['page-a', 'page-b', 'page-d'])
  expect(rest.object.metadata.resourceVersion).toBe(first.object.metadata.resourceVersion)
})

test('a page that was made up is a bad request', async () => {
  expect(await configMaps.list({ continue: 'made-up' })).toMatchObject({
    status: 400,
    body: { message: expect.stringContaining('continue key is not valid') },
  })
})

test('a list may be of any moment since a version', async () => {
  expect(await configMaps.names({ labelSelector: own, resourceVersion: 0 })).toHaveLength(5)
  const { resourceVersion } = (await configMaps.get('apple')).object.metadata
  const query = { labelSelector: own, resourceVersion, resourceVersionMatch: 'NotOlderThan' }
  expect(await configMaps.names(query)).toContain('apple')
})

test('a version that is no number is refused', async () => {
  const answer = await configMaps.list({ resourceVersion: 'newest' })
  expect(answer.status).toBeGreaterThanOrEqual(400)
  expect(answer.body).toMatchObject({
    message: expect.stringContaining('resourceVersion: Invalid value: "newest"'),
  })
})

test('how a version is meant is said only together with a version', async () => {
  const answer = await configMaps.list({ resourceVersionMatch: 'NotOlderThan' })
  expect(answer.status).toBeGreaterThanOrEqual(400)
  expect(answer.text).toContain('resourceVersionMatch is forbidden unless resourceVersion is provided')
})

test('a list is given as a table to who asks for one', async () => {
  const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json'
  const { body } = await call('GET', configMaps.path(), {
    headers: { accept },
    query: { labelSelector: own },
  })
  expect(body).toMatchObject({
    kind: 'Table',
    metadata: { resourceVersion: expect.any(String) },
    columnDefinitions: [{ name: 'Name' }, { name: 'Data' }, { name: 'Age' }],
  })
  const rows = valueAt(body as object, 'rows') as { cells: unknown[] }[]
  expect(rows.map(({ cells }) => cells[0])).toEqual(['apple', 'banana', 'carrot', 'daikon', 'endive'])
})

function tokenOf(list: object): string {
  return textAt(list, 'metadata.continue')
}
