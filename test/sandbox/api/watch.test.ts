import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { KubeObject } from '../../../src/model/kube.ts'
import { configMap, widget, widgetDefinition } from '../manifests.ts'
import { Rig } from './rig.ts'

let rig: Rig
beforeAll(async () => {
  rig = await Rig.start()
})
afterAll(() => rig.stop())

const definitions = 'customresourcedefinitions.apiextensions.k8s.io'
const configMaps = '/api/v1/namespaces/default/configmaps'

/** The events of a watch, as they come. */
class Events {
  readonly #response: IncomingMessage
  readonly #lines: AsyncIterator<string>

  constructor(response: IncomingMessage) {
    this.#response = response
    response.on('error', () => {})
    this.#lines = createInterface({ input: response })[Symbol.asyncIterator]()
  }

  static async of(query: Readonly<Record<string, string>>, place = configMaps): Promise<Events> {
    return new Events(await rig.open('GET', place, { query: { watch: 'true', ...query } }))
  }

  async next(): Promise<{ type: string; object: KubeObject & { code?: number } } | undefined> {
    const { value, done } = await this.#lines.next()
    return done ? undefined : JSON.parse(value)
  }

  async close(): Promise<void> {
    this.#response.destroy()
    if (!this.#response.closed) await once(this.#response, 'close')
  }
}

function label(name: string, labels: Readonly<Record<string, string>>) {
  rig.store.update('configmaps', name, 'default', object => ({
    ...object,
    metadata: { ...object.metadata, labels },
  }))
}

test('a watch tells what is there, then what happens', async () => {
  rig.store.create('configmaps', configMap('seen'))
  const events = await Events.of({ fieldSelector: 'metadata.name=seen' })
  expect(await events.next()).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'seen' } } })
  label('seen', { a: 'b' })
  rig.store.delete('configmaps', 'seen', 'default')
  expect(await events.next()).toMatchObject({ type: 'MODIFIED' })
  expect(await events.next()).toMatchObject({ type: 'DELETED' })
  await events.close()
})

test('a watch goes on where a list ended', async () => {
  const { body } = await rig.call('GET', configMaps)
  rig.store.create('configmaps', configMap('later'))
  const events = await Events.of({ resourceVersion: body.metadata.resourceVersion })
  expect(await events.next()).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'later' } } })
  await events.close()
})

test('what leaves a selection goes, and what enters it comes', async () => {
  rig.store.create('configmaps', configMap('moving', {}, { labels: { in: 'yes' } }))
  const events = await Events.of({ labelSelector: 'in=yes' })
  await events.next()
  label('moving', { in: 'no' })
  label('moving', { in: 'yes' })
  expect(await events.next()).toMatchObject({
    type: 'DELETED',
    object: { metadata: { labels: { in: 'yes' } } },
  })
  expect(await events.next()).toMatchObject({ type: 'ADDED' })
  await events.close()
})

test('a version that is too old is said, so that the client lists again', async () => {
  const events = await Events.of({ resourceVersion: '1' })
  expect(await events.next()).toMatchObject({ type: 'ERROR', object: { code: 410 } })
  expect(await events.next()).toBeUndefined()
})

test('a watch ends when its time is over, with the version up to which it came', async () => {
  const events = await Events.of({
    resourceVersion: String(rig.store.version),
    timeoutSeconds: '1',
    allowWatchBookmarks: 'true',
  })
  const resourceVersion = String(rig.store.version)
  expect(await events.next()).toMatchObject({ type: 'BOOKMARK', object: { metadata: { resourceVersion } } })
  expect(await events.next()).toBeUndefined()
})

test('a watch may be asked to last longer than any timer', async () => {
  const events = await Events.of({
    resourceVersion: String(rig.store.version),
    timeoutSeconds: '99999999',
  })
  rig.store.create('configmaps', configMap('patient'))
  expect(await events.next()).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'patient' } } })
  await events.close()
})

test.each(['limit', 'timeoutSeconds'])('a %s that is no number is told', async name => {
  const { code, body } = await rig.call('GET', configMaps, { query: { watch: 'true', [name]: 'soon' } })
  expect(code).toBe(400)
  expect(body.message).toBe('strconv.ParseInt: parsing "soon": invalid syntax')
})

test('a watch of a kind ends with the kind', async () => {
  rig.store.create(definitions, widgetDefinition())
  const events = await Events.of({}, '/apis/example.com/v1/namespaces/default/widgets')
  rig.store.create('widgets.example.com', widget('a', { size: 1 }))
  expect(await events.next()).toMatchObject({ type: 'ADDED' })
  rig.store.delete(definitions, 'widgets.example.com', undefined)
  expect(await events.next()).toMatchObject({ type: 'DELETED' })
  expect(await events.next()).toBeUndefined()
})

test('who watches metadata only reads bookmarks as such', async () => {
  const headers = { accept: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1' }
  const query = {
    watch: 'true',
    sendInitialEvents: 'true',
    allowWatchBookmarks: 'true',
    labelSelector: 'no=such',
  }
  const events = new Events(await rig.open('GET', configMaps, { query, headers }))
  expect(await events.next()).toMatchObject({
    type: 'BOOKMARK',
    object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1' },
  })
  await events.close()
})

test('a watch that begins with all there is says where that ends', async () => {
  const events = await Events.of({
    sendInitialEvents: 'true',
    resourceVersionMatch: 'NotOlderThan',
    allowWatchBookmarks: 'true',
    labelSelector: 'no=such',
  })
  expect(await events.next()).toMatchObject({
    type: 'BOOKMARK',
    object: { metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } } },
  })
  await events.close()
})

test('devloop keeps up with a set of objects', async () => {
  const type = await rig.client.resourceType('v1', 'ConfigMap')
  if (!type.ok) throw new Error(type.failure.message)
  const { promise: listed, resolve: onList } = Promise.withResolvers<void>()
  const { promise: changed, resolve: onChange } = Promise.withResolvers<KubeObject>()
  const watch = rig.client.watch(
    type.value,
    { namespace: 'default', labelSelector: 'loop' },
    { onList: () => onList(), onChange, onDelete: () => {}, onInterrupted: () => {} },
  )
  await listed
  rig.store.create('configmaps', configMap('looped', {}, { labels: { loop: '1' } }))
  expect((await changed).metadata.name).toBe('looped')
  await watch.close()
})
