import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { KubeClient } from '../../src/cluster/client.ts'
import { Transport } from '../../src/cluster/transport.ts'
import type { PodLogStream } from '../../src/model/kube-api.ts'
import { FakeApiServer, sendStatus } from '../fakes/api-server.ts'
import { fakeCredentials } from '../fakes/kubeconfig.ts'

const path = '/api/v1/namespaces/shop/pods/web-1/log'
const web = { namespace: 'shop', pod: 'web-1', container: 'web' }
const time = '2026-11-21T14:35:01.868924363Z'

let server: FakeApiServer
let client: KubeClient
beforeEach(async () => {
  server = await FakeApiServer.start()
  client = new KubeClient(new Transport(server.url, fakeCredentials()))
})
afterEach(async () => {
  await client.close()
  await server.stop()
})

/** What the server does when it is asked for the log. */
function answer(say: (response: ServerResponse) => void) {
  server.on('GET', path, (_, response) => say(response))
}

async function open(signal?: AbortSignal): Promise<PodLogStream> {
  const opened = await client.openPodLog({ ...web, isFollowed: true }, signal ? { signal } : {})
  if (!opened.ok) throw new Error(opened.failure.message)
  return opened.value
}

async function texts({ batches }: PodLogStream): Promise<readonly string[]> {
  const all: string[] = []
  for await (const batch of batches) all.push(...batch.map(({ text }) => text))
  return all
}

test('the log is asked for with the times of its lines, from the wanted place on', async () => {
  answer(response => response.end())
  const since = '2026-11-21T14:35:00.000000000Z'
  await client.openPodLog({ ...web, previous: true, since, tailLines: 5 })
  expect(Object.fromEntries(server.requests[0]?.query ?? [])).toEqual({
    container: 'web',
    previous: 'true',
    sinceTime: since,
    tailLines: '5',
    timestamps: 'true',
  })
})

test('a stream that the server ends is complete, with its last words', async () => {
  answer(response => response.end(`${time} a\n${time} b\n${time} panic`))
  const stream = await open()
  expect(await texts(stream)).toEqual(['a', 'b'])
  expect(stream.end).toEqual({ isComplete: true, rest: { time, text: 'panic' } })
})

test('lines that a server sends one by one come together, and the first one at once', async () => {
  const count = 2_000
  answer(async response => {
    response.write(`${time} first\n`)
    await Promise.race([firstRead, once(response, 'close')])
    for (let line = 0; line < count; line++) response.write(`${time} ${line}\n`)
    response.end()
  })
  const { promise: firstRead, resolve: tellFirstRead } = Promise.withResolvers<void>()
  const stream = await open()
  const batches: (readonly string[])[] = []
  for await (const batch of stream.batches) {
    batches.push(batch.map(({ text }) => text))
    tellFirstRead()
  }
  expect(batches.flat()).toEqual(['first', ...Array.from({ length: count }, (_, line) => String(line))])
  expect(batches.length).toBeLessThan(count / 10)
  expect(stream.end).toEqual({ isComplete: true })
})

test('a connection that breaks in the middle is told from the end of a log', async () => {
  answer(response => {
    response.write(`${time} a\n${time} hal`, () => response.socket?.destroy())
  })
  const stream = await open()
  expect(await texts(stream)).toEqual(['a'])
  expect(stream.end).toEqual({ isComplete: false, rest: { time, text: 'hal' } })
})

test('a connection that breaks before anybody reads is no exception', async () => {
  answer(response => {
    response.write(`${time} a\n`)
  })
  const stream = await open()
  server.breakConnections()
  await expect.poll(() => server.openConnections).toBe(0)
  await texts(stream)
  expect(stream.end.isComplete).toBe(false)
})

test('aborting closes the connection, and is no end of the log', async () => {
  answer(response => {
    response.write(`${time} a\n`)
  })
  const controller = new AbortController()
  const stream = await open(controller.signal)
  for await (const batch of stream.batches) if (batch.length > 0) controller.abort()
  expect(stream.end.isComplete).toBe(false)
  await expect.poll(() => server.openConnections).toBe(0)
})

test('the server waits for a slow reader', async () => {
  let isFull = false
  let sent = 0
  answer(response => {
    const line = `${time} ${'x'.repeat(1_000)}\n`
    const fill = () => {
      // Much more than the buffers of both sides and of the system.
      while (sent < 50_000 && !isFull) {
        isFull = !response.write(line)
        sent++
      }
      if (sent === 50_000) response.end()
    }
    response.on('drain', () => {
      isFull = false
      fill()
    })
    fill()
  })
  const stream = await open()
  const batches = stream.batches[Symbol.asyncIterator]()
  await batches.next()
  await expect.poll(() => isFull).toBe(true)
  expect(sent).toBeLessThan(50_000)
  let received = 0
  for (let next = await batches.next(); !next.done; next = await batches.next()) received += next.value.length
  expect(sent).toBe(50_000)
  expect(received).toBeGreaterThan(49_000)
  expect(stream.end.isComplete).toBe(true)
})

test('a container that has not started is refused in the server’s words', async () => {
  const words = 'container "web" in pod "web-1" is waiting to start: ContainerCreating'
  answer(response => sendStatus(response, 400, words))
  expect(await client.openPodLog(web)).toMatchObject({
    failure: { kind: 'invalid', status: 400, message: words },
  })
})
