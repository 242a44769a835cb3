import { once } from 'node:events'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Transport } from '../../src/cluster/transport.ts'
import { FakeApiServer, sendJson, sendStatus } from '../fakes/api-server.ts'
import { fakeCredentials } from '../fakes/kubeconfig.ts'

let server: FakeApiServer
let transport: Transport
beforeEach(async () => {
  server = await FakeApiServer.start()
  transport = new Transport(server.url, fakeCredentials())
})
afterEach(async () => {
  transport.close()
  await server.stop()
})

test('requests one after another share a connection', async () => {
  server.on('GET', '/version', (_request, response) => sendJson(response, { gitVersion: 'v1.31.2' }))
  for (let count = 0; count < 5; count++) {
    expect(await transport.json({ path: '/version' })).toEqual({ ok: true, value: { gitVersion: 'v1.31.2' } })
  }
  expect(server.connections).toBe(1)
})

test('a query is encoded, and what is not given is left out', async () => {
  await transport.json({
    path: '/api/v1/pods',
    query: { labelSelector: 'a=b,c in (d)', continue: undefined, limit: 5 },
  })
  expect([...(server.requests[0]?.query ?? [])]).toEqual([
    ['labelSelector', 'a=b,c in (d)'],
    ['limit', '5'],
  ])
})

test('a server that does not answer in time ends the wait, and loses the connection', async () => {
  server.on('GET', '/slow', () => {})
  expect(await transport.json({ path: '/slow', timeoutMs: 50 })).toEqual({
    ok: false,
    failure: { kind: 'timeout', message: 'no answer within 0.05 s' },
  })
  await expect.poll(() => server.openConnections).toBe(0)
})

test('a server that stops in the middle of an answer ends the wait too', async () => {
  server.on('GET', '/slow', (_request, response) => {
    response.writeHead(200).write('{"half":')
  })
  expect(await transport.json({ path: '/slow', timeoutMs: 50 })).toMatchObject({
    failure: { kind: 'timeout' },
  })
})

test('an aborted request ends at once, before, while and after the server answers', async () => {
  expect(await transport.json({ path: '/version', signal: AbortSignal.abort() })).toMatchObject({
    failure: { kind: 'aborted' },
  })
  expect(server.requests).toEqual([])

  const controller = new AbortController()
  server.on('GET', '/slow', (_request, response) => {
    response.writeHead(200).write('{')
    controller.abort()
  })
  expect(await transport.json({ path: '/slow', signal: controller.signal })).toMatchObject({
    failure: { kind: 'aborted' },
  })
})

test('aborting the signal of a stream closes it', async () => {
  server.on('GET', '/watch', (_request, response) => {
    response.writeHead(200).write('first')
  })
  const controller = new AbortController()
  const answer = await transport.stream({ path: '/watch', signal: controller.signal })
  if (!answer.ok) throw new Error(answer.failure.message)
  answer.value.on('error', () => {})
  const [chunk] = await once(answer.value, 'data')
  expect(String(chunk)).toBe('first')
  const closed = new Promise(resolve => answer.value.once('close', resolve))
  controller.abort()
  await closed
  await expect.poll(() => server.openConnections).toBe(0)
})

test('a server that is busy is asked again after the time that it names', async () => {
  let asked = 0
  server.on('GET', '/busy', (_request, response) => {
    if (++asked < 3) sendStatus(response, 429, 'too many requests', { headers: { 'retry-after': '0' } })
    else sendJson(response, {})
  })
  expect((await transport.json({ path: '/busy' })).ok).toBe(true)
})

test('a server that stays busy is not asked forever', async () => {
  server.on('GET', '/busy', (_request, response) =>
    sendStatus(response, 429, 'too many requests', { headers: { 'retry-after': '0' } }),
  )
  expect(await transport.json({ path: '/busy' })).toMatchObject({
    failure: { status: 429, message: 'too many requests' },
  })
  expect(server.requests.length).toBe(4)
})

test('a long time that a busy server names does not stretch the wait', async () => {
  server.on('GET', '/busy', (_request, response) =>
    sendStatus(response, 503, 'starting', { headers: { 'retry-after': '3600' } }),
  )
  expect(await transport.json({ path: '/busy', timeoutMs: 100 })).toMatchObject({
    failure: { kind: 'timeout' },
  })
})

test('a restart of the server between two requests goes unnoticed', async () => {
  server.on('GET', '/version', (_request, response) => sendJson(response, {}))
  await transport.json({ path: '/version' })
  await server.stop()
  await server.listen()
  expect((await transport.json({ path: '/version' })).ok).toBe(true)
})

test('a kept connection that the server closes just as it is used is replaced', async () => {
  server.on('GET', '/version', (_request, response) => sendJson(response, {}))
  await transport.json({ path: '/version' })
  let isFirst = true
  server.on('GET', '/version', (_request, response) => {
    if (isFirst) response.socket?.resetAndDestroy()
    else sendJson(response, {})
    isFirst = false
  })
  expect((await transport.json({ path: '/version' })).ok).toBe(true)
})

test('nothing listening is told as such', async () => {
  await server.stop()
  expect(await transport.json({ path: '/version' })).toEqual({
    ok: false,
    failure: { kind: 'unreachable', message: 'connection refused: nothing listens at that address' },
  })
})

test('closing ends what is under way, and does not try again', async () => {
  server.on('GET', '/version', (_request, response) => sendJson(response, {}))
  await transport.json({ path: '/version' })
  server.on('GET', '/slow', () => transport.close())
  expect((await transport.json({ path: '/slow' })).ok).toBe(false)
  expect(server.connections).toBe(1)
})

test('an answer that is no JSON is an error, not an exception', async () => {
  server.on('GET', '/version', (_request, response) => response.end('<html>'))
  expect(await transport.json({ path: '/version' })).toMatchObject({ failure: { kind: 'other' } })
})
