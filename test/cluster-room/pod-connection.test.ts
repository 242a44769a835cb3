import { once } from 'node:events'
import { buffer } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { readCredentials } from '../../src/cluster/credentials.ts'
import { connectPod } from '../../src/cluster/pod-connection.ts'
import { Transport } from '../../src/cluster/transport.ts'
import { type PodConnection, PodConnectionError } from '../../src/model/kube-api.ts'
import { FakeApiServer, sendJson } from '../fakes/api-server.ts'
import { kubeContext } from '../fakes/kubeconfig.ts'
import { FakePodPort } from '../fakes/port-forward.ts'

const target = { namespace: 'shop', pod: 'web-1', port: 8080 }

let server: FakeApiServer
let transport: Transport
let opened: FakePodPort[]
beforeEach(async () => {
  server = await FakeApiServer.start()
  opened = []
  server.onPortForward = (socket, { query }) => {
    opened.push(new FakePodPort(socket, Number(query.get('ports'))))
  }
  const credentials = readCredentials(kubeContext({ user: { token: 'abc' } }))
  if (!credentials.ok) throw new Error(credentials.failure.message)
  transport = new Transport(server.url, credentials.value)
})
afterEach(async () => {
  vi.useRealTimers()
  transport.close()
  await server.stop()
})

/** Both ends of a new connection. */
async function open(): Promise<[PodConnection, FakePodPort]> {
  const connected = await connectPod(transport, target)
  if (!connected.ok) throw new Error(connected.failure.message)
  const pod = opened.at(-1)
  if (!pod) throw new Error('no port was opened')
  return [connected.value, pod]
}

async function errorOf(connection: PodConnection): Promise<unknown> {
  const [error] = await once(connection.resume(), 'error')
  return error
}

test('bytes go both ways, and the port numbers of the protocol are not among them', async () => {
  const [connection, pod] = await open()
  pod.onData = bytes => void pod.send(`you said ${bytes}`)
  connection.write('hello')
  expect(String((await once(connection, 'data'))[0])).toBe('you said hello')
  expect(server.requests[0]).toMatchObject({
    path: '/api/v1/namespaces/shop/pods/web-1/portforward',
    headers: { authorization: 'Bearer abc', 'sec-websocket-protocol': 'v4.channel.k8s.io' },
  })
  connection.destroy()
})

test('when the pod ends the connection, all that it sent before arrives', async () => {
  const [connection, pod] = await open()
  const sent = Buffer.alloc(3_000_000, 'pod')
  for (let at = 0; at < sent.length; at += 32_768) void pod.send(sent.subarray(at, at + 32_768))
  pod.end()
  expect((await buffer(connection)).equals(sent)).toBe(true)
})

test('a slow reader slows the pod down instead of filling the memory', async () => {
  const [connection, pod] = await open()
  const piece = Buffer.alloc(1_000_000)
  for (let count = 0; count < 50; count++) void pod.send(piece)
  await once(connection, 'readable')
  expect(connection.readableLength).toBeLessThan(8_000_000)
  expect(pod.waitingBytes).toBeGreaterThan(20_000_000)
  pod.end()
  expect((await buffer(connection)).length).toBe(50_000_000)
})

test('a slow pod slows the writer down', async () => {
  const [connection, pod] = await open()
  pod.pause()
  const piece = Buffer.alloc(1_000_000)
  let written = 0
  while (connection.write(piece) || written < 5) {
    if (++written > 100) throw new Error('nothing slows the writer down')
  }
  const drained = once(connection, 'drain')
  pod.resume()
  await drained
  connection.destroy()
})

test('a port on which nothing listens is told as refused, so that another try is safe', async () => {
  const [connection, pod] = await open()
  connection.write('GET / HTTP/1.1\r\n\r\n')
  pod.sendError('an error occurred forwarding 8080: exit status 1: socat: connect(): Connection refused\n')
  const error = await errorOf(connection)
  expect(error).toBeInstanceOf(PodConnectionError)
  expect(error).toMatchObject({ refused: true, message: expect.stringContaining('Connection refused') })
})

test('an error after the application has spoken is never told as refused', async () => {
  const [connection, pod] = await open()
  await pod.send('half an answer')
  await once(connection, 'data')
  pod.sendError('connect: connection refused')
  expect(await errorOf(connection)).toMatchObject({ refused: false })
})

test('a connection that breaks is an error, and no end of what the pod sent', async () => {
  const [connection, pod] = await open()
  pod.break()
  expect(await errorOf(connection)).toMatchObject({
    refused: false,
    message: expect.stringContaining('broke'),
  })
})

test("after the client's end the pod can still answer", async () => {
  const [connection, pod] = await open()
  connection.end('request')
  await expect.poll(() => String(pod.received)).toBe('request')
  void pod.send('answer')
  pod.end()
  expect(String(await buffer(connection))).toBe('answer')
})

test("a pod that says nothing after the client's end is let go", async () => {
  const [connection, pod] = await open()
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const closed = new Promise(resolve => connection.once('close', resolve))
  connection.end('request').resume()
  await once(connection, 'finish')
  vi.advanceTimersByTime(10_000)
  await closed
  vi.useRealTimers()
  await expect.poll(() => pod.isOpen).toBe(false)
})

test('what the pod sent is not cut off where the client reads slowly after its own end', async () => {
  const [connection, pod] = await open()
  const sent = Buffer.alloc(2_000_000, 'pod')
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  connection.end('request')
  await once(connection, 'finish')
  await pod.send(sent)
  pod.end()
  await once(connection, 'readable')
  vi.advanceTimersByTime(60_000)
  expect((await buffer(connection)).length).toBe(sent.length)
})

test('an API server that is away is told as such', async () => {
  await server.stop()
  expect(await connectPod(transport, target)).toMatchObject({ failure: { kind: 'unreachable' } })
})

test('an API server that never answers ends the wait after ten seconds', async () => {
  server.onUpgrade = () => {}
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const connecting = connectPod(transport, target)
  while (server.requests.length === 0) await new Promise(resolve => setImmediate(resolve))
  vi.advanceTimersByTime(10_000)
  expect(await connecting).toMatchObject({ failure: { kind: 'timeout' } })
  vi.useRealTimers()
  await expect.poll(() => server.openConnections).toBe(0)
})

test('an aborted dial ends at once', async () => {
  const controller = new AbortController()
  server.onUpgrade = () => controller.abort()
  expect(await connectPod(transport, target, { signal: controller.signal })).toMatchObject({
    failure: { kind: 'aborted' },
  })
  await expect.poll(() => server.openConnections).toBe(0)
})

test("the server's refusal of a connection is told in its words", async () => {
  server.onUpgrade = socket => {
    const body = JSON.stringify({ kind: 'Status', message: 'pods "web-1" not found' })
    socket.end(`HTTP/1.1 404 Not Found\r\ncontent-length: ${body.length}\r\n\r\n${body}`)
  }
  expect(await connectPod(transport, target)).toMatchObject({
    failure: { kind: 'not-found', message: 'pods "web-1" not found' },
  })
})

test('a connection that was kept for requests serves a pod too, even where it has died since', async () => {
  server.on('GET', '/version', (_request, response) => sendJson(response, {}))
  await transport.json({ path: '/version' })
  const [first] = await open()
  expect(server.connections).toBe(1)
  first.destroy()

  await transport.json({ path: '/version' })
  server.onUpgrade = socket => {
    server.onUpgrade = undefined
    socket.resetAndDestroy()
  }
  const [second] = await open()
  second.destroy()
})

test('a hundred connections leave nothing open', async () => {
  const connections = await Promise.all(Array.from({ length: 100 }, () => open()))
  expect(server.openConnections).toBe(100)
  for (const [index, [connection, pod]] of connections.entries()) {
    if (index % 2 === 0) connection.destroy()
    else {
      connection.resume()
      pod.end()
    }
  }
  await expect.poll(() => server.openConnections).toBe(0)
})
