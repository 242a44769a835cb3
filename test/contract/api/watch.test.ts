import { expect, test } from 'vitest'
import { valueAt } from '../rig/answer.ts'
import { call } from '../rig/call.ts'
import { Collection } from '../rig/collection.ts'
import { kinds } from '../rig/kinds.ts'
import { openSpace } from '../rig/namespace.ts'
import { Watch } from '../rig/watch.ts'

const space = await openSpace('watch')
const { configMaps, secrets } = space

/** Of the objects of one test. */
function labelled(name: string, test: string) {
  return { metadata: { name, labels: { test } } }
}

test('what happens after a list is told once, in order, with growing versions', async () => {
  const labelSelector = 'test=order'
  const { resourceVersion } = (await configMaps.list({ labelSelector })).object.metadata
  await configMaps.make(labelled('order', 'order'))
  using watch = await configMaps.watch({ labelSelector, resourceVersion })
  await configMaps.patch('order', 'merge', { data: { a: '1' } })
  await configMaps.patch('order', 'merge', { data: { a: '2' } })
  await configMaps.delete('order')
  await watch.until(events => events.length >= 4)
  expect(watch.story).toEqual(['ADDED order', 'MODIFIED order', 'MODIFIED order', 'DELETED order'])
  expect(watch.entries[2]?.object).toMatchObject({ kind: 'ConfigMap', apiVersion: 'v1', data: { a: '2' } })
  const versions = watch.entries.map(({ object }) => Number(object.metadata.resourceVersion))
  expect(versions).toEqual([...new Set(versions)].sort((one, other) => one - other))
})

test.each([undefined, '0'])('a watch from version %s begins with what is there', async resourceVersion => {
  const name = `present-${resourceVersion ?? 'none'}`
  await configMaps.make(labelled(name, name))
  using watch = await configMaps.watch({ labelSelector: `test=${name}`, resourceVersion })
  await watch.until(events => events.length >= 1)
  await configMaps.patch(name, 'merge', { data: { a: '1' } })
  await watch.until(events => events.length >= 2)
  expect(watch.story).toEqual([`ADDED ${name}`, `MODIFIED ${name}`])
})

test('what leaves a selection is told as deleted, and what enters it as added', async () => {
  using watch = await configMaps.watch({ labelSelector: 'side=left' })
  await configMaps.make({ metadata: { name: 'mover', labels: { side: 'right' } } })
  const move = (side: string) => configMaps.patch('mover', 'merge', { metadata: { labels: { side } } })
  await move('left')
  await move('right')
  await watch.until(events => events.length >= 2)
  expect(watch.story).toEqual(['ADDED mover', 'DELETED mover'])
})

test('one object can be watched by its name', async () => {
  using watch = await configMaps.watch({ fieldSelector: 'metadata.name=chosen' })
  await configMaps.make({ metadata: { name: 'passed-over' } })
  await configMaps.make({ metadata: { name: 'chosen' } })
  await watch.until(events => events.length >= 1)
  expect(watch.story).toEqual(['ADDED chosen'])
})

test('the objects of all namespaces can be watched at once', async () => {
  using watch = await Watch.open(new Collection(kinds.secrets).path(), { labelSelector: 'test=everywhere' })
  await secrets.make(labelled('everywhere', 'everywhere'))
  const isHere = ({ object }: { object: object }) => valueAt(object, 'metadata.namespace') === space.namespace
  await watch.until(events => events.some(isHere))
})

test('a deletion has a version of its own, so that a watch can go on from it', async () => {
  const made = await configMaps.make(labelled('ended', 'ended'))
  const { resourceVersion } = made.metadata
  using watch = await configMaps.watch({ labelSelector: 'test=ended', resourceVersion })
  await configMaps.delete('ended')
  const [deletion] = await watch.until(events => events.length >= 1)
  expect(Number(deletion?.object.metadata.resourceVersion)).toBeGreaterThan(Number(resourceVersion))
  using next = await configMaps.watch({
    labelSelector: 'test=ended',
    resourceVersion: deletion?.object.metadata.resourceVersion,
  })
  await configMaps.make(labelled('ended-again', 'ended'))
  await next.until(events => events.length >= 1)
  expect(next.story).toEqual(['ADDED ended-again'])
})

test('a watch ends in peace after the time that was asked for', async () => {
  const startedAt = performance.now()
  using watch = await configMaps.watch({ labelSelector: 'test=nothing', timeoutSeconds: 1 })
  await watch.ended
  expect(watch.entries).toEqual([])
  expect(performance.now() - startedAt).toBeGreaterThan(900)
})

test('who asks for bookmarks is told the newest version before the watch ends', async () => {
  const { resourceVersion } = (await configMaps.list()).object.metadata
  const query = {
    labelSelector: 'test=nothing',
    allowWatchBookmarks: true,
    timeoutSeconds: 5,
    resourceVersion,
  }
  using watch = await configMaps.watch(query)
  const made = await configMaps.make({ metadata: { name: 'unseen' } })
  const [bookmark] = await watch.until(events => events.length >= 1)
  expect(bookmark).toMatchObject({ type: 'BOOKMARK', object: { kind: 'ConfigMap', apiVersion: 'v1' } })
  expect(Number(bookmark?.object.metadata.resourceVersion)).toBeGreaterThanOrEqual(
    Number(made.metadata.resourceVersion),
  )
})

test('a watch from a version that is no number is refused', async () => {
  const query = { watch: true, resourceVersion: 'newest' }
  const answer = await call('GET', configMaps.path(), { query })
  expect(answer.status).toBeGreaterThanOrEqual(400)
  expect(answer.body).toMatchObject({
    message: expect.stringContaining('resourceVersion: Invalid value: "newest"'),
  })
})

test('a watch gives tables to who asks for them', async () => {
  const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json'
  await configMaps.make(labelled('row', 'rows'))
  using watch = await Watch.open(configMaps.path(), { labelSelector: 'test=rows' }, accept)
  await configMaps.patch('row', 'merge', { data: { a: '1' } })
  await watch.until(events => events.length >= 2)
  expect(watch.entries).toMatchObject([
    { type: 'ADDED', object: { kind: 'Table', columnDefinitions: [{ name: 'Name' }, {}, {}], rows: [{}] } },
    { type: 'MODIFIED', object: { kind: 'Table', rows: [{ cells: ['row', 1, expect.any(String)] }] } },
  ])
})

test('every watcher hears of every change', async () => {
  const labelSelector = 'test=heard'
  const watches = await Promise.all(Array.from({ length: 10 }, () => configMaps.watch({ labelSelector })))
  for (let count = 0; count < 20; count++) await configMaps.make(labelled(`heard-${count}`, 'heard'))
  for (const watch of watches) {
    using open = watch
    await open.until(events => events.length >= 20)
    expect(open.story).toEqual(Array.from({ length: 20 }, (_, count) => `ADDED heard-${count}`))
  }
})
