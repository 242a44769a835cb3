import { once } from 'node:events'
import { connect, type TLSSocket } from 'node:tls'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { PodStreams } from '../../../src/sandbox/api/pod-streams.ts'
import { controlFrame, frameTypes } from '../../../src/sandbox/api/streams/spdy/frames.ts'
import { HeaderWriter } from '../../../src/sandbox/api/streams/spdy/headers.ts'
import { configMap, pod } from '../manifests.ts'
import { Rig } from './rig.ts'

const bug = new Error('nobody thought of that')
const failing = async () => {
  throw bug
}
const streams: PodStreams = { log: failing, exec: failing, attach: failing, connect: failing }

let rig: Rig
beforeAll(async () => {
  rig = await Rig.start(streams)
  rig.store.create('pods', pod('web'))
})
afterAll(() => rig.stop())
afterEach(() => rig.bugs.splice(0))

const configMaps = '/api/v1/namespaces/default/configmaps'

/** A connection on which a test says what it likes, with the client's certificate or without. */
async function open({ isKnown = true } = {}): Promise<TLSSocket> {
  const { certificate: cert, key } = rig.certificates.client
  const socket = connect({
    host: '127.0.0.1',
    port: rig.port,
    ca: rig.certificates.authority,
    ...(isKnown && { cert, key }),
  })
  await once(socket, 'secureConnect')
  return socket
}

function upgradeOf(path: string): string {
  return `POST ${path} HTTP/1.1\r\nHost: sandbox\r\nContent-Length: 0\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: v4.channel.k8s.io\r\n\r\n`
}

/** How a client of SPDY opens its first stream. */
async function streamStart(headers: ReadonlyMap<string, string>): Promise<Buffer> {
  const start = Buffer.alloc(10)
  start.writeUInt32BE(1)
  const block = await new HeaderWriter().write(headers)
  return controlFrame(frameTypes.synStream, 0, Buffer.concat([start, block]))
}

async function isServing(): Promise<boolean> {
  return (await rig.call('GET', configMaps)).code === 200
}

test.each(['/api/v1/namespaces/default/pods/%zz/exec', '//', '/api/v1/namespaces/default/pods/%00/exec'])(
  'a stream at %j is refused, and everybody else is served on',
  async path => {
    const socket = await open()
    socket.write(upgradeOf(path))
    expect(String((await once(socket, 'data'))[0])).toMatch(/^HTTP\/1\.1 4\d\d /)
    expect(await isServing()).toBe(true)
    expect(rig.bugs).toEqual([])
    socket.destroy()
  },
)

test('a path that cannot be decoded is the fault of who asks', async () => {
  expect(await rig.call('GET', `${configMaps}/%zz`)).toMatchObject({ code: 400 })
  expect(rig.bugs).toEqual([])
})

test('a stranger gets no stream, and holds no connection', async () => {
  const socket = await open({ isKnown: false })
  socket.write(upgradeOf('/api/v1/namespaces/default/pods/web/exec?command=sh&stdout=true'))
  expect(String((await once(socket, 'data'))[0])).toMatch(/^HTTP\/1\.1 401 /)
  // It ends without the client's having ended its side.
  await once(socket, 'end')
  socket.destroy()
})

test('a fault of the sandbox in a stream ends that stream, and nothing else', async () => {
  const socket = await open()
  socket.on('error', () => {})
  const closed = once(socket, 'close')
  socket.write(upgradeOf('/api/v1/namespaces/default/pods/web/exec?command=sh'))
  socket.write(await streamStart(new Map([['streamtype', 'error']])))
  socket.resume()
  await closed
  expect(rig.bugs).toEqual([bug])
  expect(await isServing()).toBe(true)
})

test('a client of SPDY that leaves at once, or says nonsense, is alone with it', async () => {
  const started = await streamStart(new Map([['streamtype', 'error']]))
  const nonsense = controlFrame(frameTypes.synStream, 0, Buffer.alloc(20, 7))
  for (const frames of [started, nonsense, Buffer.alloc(9, 0xff)]) {
    const socket = await open()
    socket.on('error', () => {})
    socket.write(upgradeOf('/api/v1/namespaces/default/pods/web/exec?command=sh&stdout=true'))
    await once(socket, 'data')
    socket.end(frames)
    await once(socket, 'close')
  }
  expect(await isServing()).toBe(true)
  expect(rig.bugs).toEqual([])
})

test('a fault of the sandbox in a request fails that request, and is told', async () => {
  expect(await rig.call('GET', '/api/v1/namespaces/default/pods/web/log')).toMatchObject({
    code: 500,
    body: { message: `Internal error occurred: ${bug.message}` },
  })
  expect(rig.bugs).toEqual([bug])
})

test('a client that leaves in the middle of its request is no fault', async () => {
  const socket = await open()
  socket.write(`POST ${configMaps} HTTP/1.1\r\nHost: sandbox\r\nContent-Length: 100\r\n\r\n{`)
  socket.destroy()
  await once(socket, 'close')
  expect(await isServing()).toBe(true)
  expect(rig.bugs).toEqual([])
})

test('a connection is kept for clients that ask now and then', async () => {
  const { headers } = await rig.call('GET', configMaps, { headers: { connection: 'keep-alive' } })
  expect(headers['keep-alive']).toBe('timeout=300')
})

test('a warning names a field in any script, and the object is written once', async () => {
  const body = configMap('warned', { 'größe\n☃': 1 })
  const { code, headers } = await rig.call('POST', configMaps, { body })
  expect(code).toBe(201)
  const words = Buffer.from(String(headers.warning), 'latin1').toString('utf8')
  expect(words).toBe(String.raw`299 - "unknown field \"größe ☃\""`)
})

test('what is too large is said, and not just cut off', async () => {
  const body = configMap('large', { data: { key: 'x'.repeat(3 * 1024 * 1024) } })
  expect(await rig.call('POST', configMaps, { body })).toMatchObject({
    code: 413,
    body: { message: 'Request entity too large: limit is 3145728' },
  })
})

test.each([
  ['a key that JavaScript takes for something else', '{"data":{"__proto__":"x"}}', /__proto__/],
  ['the same, written in another way', String.raw`{"data":{"\u005f_proto__":"x"}}`, /__proto__/],
  ['what nobody writes by hand', `{"data":${'['.repeat(2_000)}${']'.repeat(2_000)}}`, /nested deeper/],
])('%s is refused by name', async (_what, body, words) => {
  const answer = await rig.call('POST', configMaps, { body })
  expect(answer.code).toBe(400)
  expect(answer.body.message).toMatch(words)
})

test('what is applied may be YAML in any of its forms', async () => {
  const applied = await rig.call('PATCH', `${configMaps}/flow`, {
    query: { fieldManager: 'test' },
    type: 'application/apply-patch+yaml',
    body: '{apiVersion: v1, kind: ConfigMap, data: {key: value}}',
  })
  expect(applied).toMatchObject({ code: 201, body: { data: { key: 'value' } } })
})
