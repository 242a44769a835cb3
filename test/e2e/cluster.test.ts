import { once } from 'node:events'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { connectCluster } from '../../src/cluster/connect.ts'
import type { KubeObject } from '../../src/model/kube.ts'
import { type PodConnection, PodConnectionError, podType } from '../../src/model/kube-api.ts'
import { configMap, configMapType, openRealCluster, type RealCluster } from './real-cluster.ts'

const bigBytes = 50_000_000
/**
 * On 8080 HTTP: `/big` answers with much, `POST /` with how much came, all else with `hello`; on 8081 what comes is sent
 * back once it has stopped for a moment, and the connection is ended.
 */
const program = `
  const net = require('net'), http = require('http')
  http.createServer((request, response) => {
    if (request.method === 'POST') {
      let length = 0
      request.on('data', data => { length += data.length }).on('end', () => response.end(String(length)))
    } else response.end(request.url === '/big' ? Buffer.alloc(${bigBytes}, 'x') : 'hello')
  }).listen(8080)
  net.createServer(socket => {
    let text = '', timer
    socket.on('error', () => {})
    socket.on('data', data => {
      text += data
      clearTimeout(timer)
      timer = setTimeout(() => socket.end(text.toUpperCase()), 300)
    })
  }).listen(8081, () => console.log('one\\ntwo\\nlistening'))
`

const waiting = { timeout: 60_000, interval: 200 }

let real: RealCluster
beforeAll(async () => {
  real = await openRealCluster('cluster')
  // A namespace takes pods only once it was given its service account.
  await vi.waitUntil(async () => (await real.cluster.api.apply(pod(real.namespace))).ok, waiting)
  await vi.waitUntil(isReady, waiting)
})
afterAll(() => real[Symbol.asyncDispose]())

function pod(namespace: string): KubeObject {
  const container = {
    name: 'app',
    image: 'node:20-alpine',
    imagePullPolicy: 'IfNotPresent',
    command: ['node', '-e', program],
    readinessProbe: { tcpSocket: { port: 8081 }, periodSeconds: 1 },
  }
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'app', namespace },
    spec: { terminationGracePeriodSeconds: 0, containers: [container] },
  }
}

async function isReady(): Promise<boolean> {
  const found = await real.cluster.api.get(podType, { name: 'app', namespace: real.namespace })
  const status = found.ok ? (found.value.status as { containerStatuses?: { ready: boolean }[] }) : undefined
  return status?.containerStatuses?.[0]?.ready === true
}

async function connect(port: number): Promise<PodConnection> {
  const connected = await real.cluster.api.connectPod({ namespace: real.namespace, pod: 'app', port })
  if (!connected.ok) throw new Error(connected.failure.message)
  return connected.value
}

/** One exchange on a connection of its own: the answer, and the milliseconds until its first byte and its last. */
async function exchange(port: number, request: string | readonly (string | Buffer)[]) {
  const startedAt = performance.now()
  const connection = await connect(port)
  let firstByteMs: number | undefined
  const chunks: Buffer[] = []
  connection.on('data', (chunk: Buffer) => {
    firstByteMs ??= performance.now() - startedAt
    chunks.push(chunk)
  })
  const ended = once(connection, 'end')
  for (const part of typeof request === 'string' ? [request] : request) {
    if (!connection.write(part)) await once(connection, 'drain')
  }
  await ended
  return {
    body: Buffer.concat(chunks),
    firstByteMs: firstByteMs ?? 0,
    lastByteMs: performance.now() - startedAt,
  }
}

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: app\r\nConnection: close\r\n\r\n`
const median = (numbers: readonly number[]) =>
  [...numbers].sort((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? 0

// What is expected is expected of the fastest: other tests run at the same time.
function report(what: string, value: string): void {
  process.stdout.write(`  measured: ${what}: ${value}\n`)
}

test('the cluster is open well before a user could notice', async () => {
  const times: number[] = []
  for (let count = 0; count < 10; count++) {
    const startedAt = performance.now()
    const connected = await connectCluster({
      allowed: [],
      env: process.env,
      signal: new AbortController().signal,
      kubeconfig: process.env.DEVLOOP_E2E_KUBECONFIG ?? '',
    })
    times.push(performance.now() - startedAt)
    if (!connected.ok) throw new Error(connected.failure.message)
    expect(connected.value.version).toMatch(/^v1\./)
    await connected.value.close()
  }
  report('opening the cluster', `${median(times).toFixed(1)} ms`)
  expect(Math.min(...times)).toBeLessThan(150)
})

test('an unknown field is refused, and named', async () => {
  const object = { ...configMap(real.namespace, 'odd'), dada: {} }
  expect(await real.cluster.api.apply(object)).toMatchObject({
    failure: { kind: 'invalid', message: expect.stringContaining('dada'), causes: [{ field: 'dada' }] },
  })
})

test('an immutable field is refused as invalid, with the field', async () => {
  const { namespace } = real
  const template = (image: string) => ({
    ...pod(namespace),
    spec: { containers: [{ name: 'app', image }], hostNetwork: image !== 'node:20-alpine' },
  })
  expect(await real.cluster.api.apply(template('busybox:1.36'))).toMatchObject({
    failure: { kind: 'invalid', status: 422 },
  })
})

test('what is not there is told as not found, and an unknown kind as unknown', async () => {
  const { api } = real.cluster
  expect(await api.delete(configMapType, { name: 'none', namespace: real.namespace })).toMatchObject({
    failure: { kind: 'not-found' },
  })
  expect(await api.resourceType('v1', 'ConfigMapp')).toMatchObject({
    failure: { kind: 'unknown-kind', message: expect.stringContaining('ConfigMap?') },
  })
  expect(await api.resourceType('shop.dev/v1', 'Basket')).toMatchObject({ failure: { kind: 'unknown-kind' } })
})

test('all kinds that can be deleted are found quickly', async () => {
  const startedAt = performance.now()
  const types = await real.cluster.api.deletableTypes()
  if (!types.ok) throw new Error(types.failure.message)
  const kinds = types.value.map(({ kind }) => kind)
  report('finding all kinds', `${(performance.now() - startedAt).toFixed(0)} ms, ${kinds.length} kinds`)
  expect(kinds).toEqual(expect.arrayContaining(['Deployment', 'Service', 'Ingress', 'CronJob', 'Namespace']))
  expect(kinds.filter(kind => kind === 'Deployment')).toHaveLength(1)
})

test('each change is told once, in order, as it happens', async () => {
  const { api } = real.cluster
  const told: string[] = []
  const query = { namespace: real.namespace, labelSelector: 'purpose=e2e' }
  const watch = api.watch(configMapType, query, {
    onList: objects => told.push(`list ${objects.length}`),
    onChange: ({ metadata }) => told.push(`change ${metadata.name}`),
    onDelete: ({ metadata }) => told.push(`delete ${metadata.name}`),
    onInterrupted: error => told.push(`interrupted ${error?.message}`),
  })
  await expect.poll(() => told).toEqual(['list 0'])
  await api.apply(configMap(real.namespace, 'a', { version: '1' }))
  await api.apply(configMap(real.namespace, 'a', { version: '1' })) // Changes nothing.
  await api.apply(configMap(real.namespace, 'a', { version: '2' }))
  await api.delete(configMapType, { name: 'a', namespace: real.namespace })
  await expect.poll(() => told).toEqual(['list 0', 'change a', 'change a', 'delete a'])
  await watch.close()
})

test('the last lines of a container are read', async () => {
  const request = { namespace: real.namespace, pod: 'app', container: 'app', tailLines: 2 }
  expect(await real.cluster.api.podLog(request)).toEqual({ ok: true, value: ['two', 'listening'] })
})

test("a pod's first byte comes within milliseconds", async () => {
  const times: number[] = []
  for (let count = 0; count < 20; count++) {
    const { body, firstByteMs } = await exchange(8080, get('/'))
    expect(String(body)).toMatch(/hello/)
    times.push(firstByteMs)
  }
  report(
    'first byte from a pod',
    `${median(times).toFixed(1)} ms, at most ${Math.max(...times).toFixed(1)} ms`,
  )
  expect(Math.min(...times)).toBeLessThan(50)
})

test('a large answer and a large request arrive whole', async () => {
  const down = await exchange(8080, get('/big'))
  expect(down.body.length - down.body.indexOf('\r\n\r\n') - 4).toBe(bigBytes)
  report('50 MB from a pod', `${(bigBytes / 1e3 / down.lastByteMs).toFixed(0)} MB/s`)

  const head = `POST / HTTP/1.1\r\nHost: app\r\nConnection: close\r\nContent-Length: ${bigBytes}\r\n\r\n`
  const parts = Array.from({ length: bigBytes / 50_000 }, () => Buffer.alloc(50_000))
  const up = await exchange(8080, [head, ...parts])
  expect(String(up.body)).toContain(`\r\n\r\n${bigBytes}`)
  report('50 MB to a pod', `${(bigBytes / 1e3 / up.lastByteMs).toFixed(0)} MB/s`)
})

test('fifty connections at once are all served, and leave no socket open', async () => {
  const socketsBefore = openSockets()
  const startedAt = performance.now()
  const answers = await Promise.all(Array.from({ length: 50 }, () => exchange(8080, get('/'))))
  report('50 connections at once', `${(performance.now() - startedAt).toFixed(0)} ms`)
  for (const { body } of answers) expect(String(body)).toMatch(/hello/)
  await expect.poll(openSockets).toBeLessThanOrEqual(socketsBefore)
})

test('a port on which nothing listens is told as refused', async () => {
  const connection = await connect(9999)
  connection.write(get('/'))
  const [error] = await once(connection.resume(), 'error')
  expect(error).toBeInstanceOf(PodConnectionError)
  expect(error).toMatchObject({ refused: true })
})

test("the pod's answer arrives after the client's end", async () => {
  const connection = await connect(8081)
  connection.end('shout')
  let text = ''
  connection.on('data', chunk => {
    text += chunk
  })
  await once(connection, 'end')
  expect(text).toBe('SHOUT')
})

test('a pod that is not there is told as such', async () => {
  const target = { namespace: real.namespace, pod: 'none', port: 8080 }
  expect(await real.cluster.api.connectPod(target)).toMatchObject({ failure: { kind: 'not-found' } })
})

/** TCP connections of this process to the API server. */
function openSockets(): number {
  return process.getActiveResourcesInfo().filter(name => name === 'TCPSocketWrap').length
}
