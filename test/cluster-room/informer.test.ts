import { afterEach, beforeEach, expect, test } from 'vitest'
import { Backoff } from '../../src/cluster/backoff.ts'
import { startInformer } from '../../src/cluster/informer.ts'
import { Transport } from '../../src/cluster/transport.ts'
import type { ResourceType } from '../../src/model/kube-api.ts'
import type { Closable } from '../../src/util/scope.ts'
import { FakeCollection } from '../fakes/api-collection.ts'
import { FakeApiServer, sendStatus } from '../fakes/api-server.ts'
import { fakeCredentials } from '../fakes/kubeconfig.ts'

const configMaps: ResourceType = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  namespaced: true,
}
const quick = { watchMs: 240_000, silenceMs: 60_000, shortLifeMs: 0, firstPauseMs: 1, maxPauseMs: 10 }

let server: FakeApiServer
let collection: FakeCollection
let transport: Transport
let informer: Closable
/** What the informer has told, oldest first. */
let told: string[]

beforeEach(async () => {
  server = await FakeApiServer.start()
  collection = new FakeCollection(server)
  transport = new Transport(server.url, fakeCredentials())
  told = []
})
afterEach(async () => {
  await informer.close()
  transport.close()
  await server.stop()
})

function start(timing: Partial<typeof quick> = {}): void {
  informer = startInformer(
    transport,
    configMaps,
    {},
    {
      onList: objects => told.push(`list ${objects.map(({ metadata }) => metadata.name).join(' ')}`.trim()),
      onChange: ({ metadata }) => told.push(`change ${metadata.name}`),
      onDelete: ({ metadata }) => told.push(`delete ${metadata.name}`),
      onInterrupted: error => told.push(error ? `interrupted ${error.kind}` : 'recovered'),
    },
    { ...quick, ...timing },
  )
}

/** Waits until the informer has told exactly this. */
async function expectTold(...expected: readonly string[]): Promise<void> {
  await expect.poll(() => told, { interval: 5 }).toEqual(expected)
}

test('what there is comes first as a whole, then each change as it happens', async () => {
  collection.put('a')
  start()
  await collection.watchesOpened(1)
  collection.put('b')
  collection.put('a')
  collection.remove('b')
  await expectTold('list a', 'change b', 'change a', 'delete b')
})

test('the same version of an object is told once', async () => {
  start()
  await collection.watchesOpened(1)
  const object = collection.put('a')
  collection.repeat(object)
  collection.put('b')
  await expectTold('list', 'change a', 'change b')
})

test('a watch that the server ends goes on from where it was, without listing again', async () => {
  collection.put('a')
  start()
  await collection.watchesOpened(1)
  collection.endWatches()
  collection.put('b')
  await collection.watchesOpened(2)
  await expectTold('list a', 'change b')
})

test('a broken connection loses nothing, and is no interruption when the next one works', async () => {
  start()
  await collection.watchesOpened(1)
  server.breakConnections()
  collection.put('a')
  await expectTold('list', 'change a')
  expect(collection.lists).toBe(1)
})

test('a bookmark moves the place from which a watch goes on', async () => {
  start()
  await collection.watchesOpened(1)
  collection.put('elsewhere')
  collection.bookmark()
  await expectTold('list', 'change elsewhere')
  collection.endWatches()
  await collection.watchesOpened(2)
  const positions = server.requests.map(({ query }) => query.get('resourceVersion')).filter(Boolean)
  expect(positions).toEqual(['100', '101'])
})

test('a place in history that the server has forgotten leads to a new list', async () => {
  start()
  await collection.watchesOpened(1)
  collection.put('a')
  await expectTold('list', 'change a')
  collection.forgetHistory()
  collection.endWatches()
  await expectTold('list', 'change a', 'list a')
  expect(collection.lists).toBe(2)
})

test('a restart of the server is told as one interruption, however many tries it takes, and then as its end', async () => {
  collection.put('a')
  start()
  await collection.watchesOpened(1)
  await server.stop()
  await expectTold('list a', 'interrupted unreachable')
  const refusals = server.requests.length
  await server.listen()
  server.on('GET', FakeCollection.path, (_request, response) => sendStatus(response, 503, 'starting'))
  await expect.poll(() => server.requests.length).toBeGreaterThan(refusals + 3)
  collection = new FakeCollection(server)
  collection.put('b')
  await expectTold('list a', 'interrupted unreachable', 'list b', 'recovered')
})

test('a watch that falls silent is opened anew, and what was missed is told', async () => {
  start({ silenceMs: 50 })
  await collection.watchesOpened(1)
  collection.isSilent = true
  collection.put('a')
  collection.isSilent = false
  await expectTold('list', 'change a')
  expect(collection.lists).toBe(1)
})

test('bookmarks keep a quiet watch open', async () => {
  start({ silenceMs: 100 })
  await collection.watchesOpened(1)
  for (let count = 0; count < 10; count++) {
    collection.bookmark()
    await new Promise(resolve => setTimeout(resolve, 20)) // Time is what is tested: twice as much as the silence.
  }
  expect(collection.openWatches).toBe(1)
  expect(server.requests.length).toBe(2)
})

test('a server that ends every watch at once is not asked in a hot loop', async () => {
  server.on('GET', FakeCollection.path, ({ query }, response) => {
    if (query.has('watch')) response.end()
    else response.end(JSON.stringify({ metadata: { resourceVersion: '1' }, items: [] }))
  })
  start({ shortLifeMs: 1_000, firstPauseMs: 20, maxPauseMs: 10_000 })
  await expect.poll(() => server.requests.length).toBe(4)
  // The pauses between them were at least 10 and 20 ms, and the next is at least 40.
  expect(told).toEqual(['list'])
})

test('a closed informer says nothing more, and leaves no connection open', async () => {
  start()
  await collection.watchesOpened(1)
  await informer.close()
  collection.put('a')
  await expect.poll(() => collection.openWatches).toBe(0)
  expect(told).toEqual(['list'])
})

test('an informer that is closed while the server is away ends at once', async () => {
  await server.stop()
  start({ firstPauseMs: 60_000, maxPauseMs: 60_000 })
  await expectTold('interrupted unreachable')
  await informer.close()
  expect(told).toEqual(['interrupted unreachable'])
})

test('pauses double up to their limit, with jitter, and begin anew after a success', () => {
  const longest = new Backoff(200, 5_000, () => 1)
  expect(Array.from({ length: 7 }, () => longest.next())).toEqual([200, 400, 800, 1600, 3200, 5000, 5000])
  longest.reset()
  expect(longest.next()).toBe(200)
  expect(new Backoff(200, 5_000, () => 0).next()).toBe(100)
})
