import { once } from 'node:events'
import { PassThrough, Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { fail, ok } from '../../../src/model/result.ts'
import type { ExecRequest, LogRequest, PodStreams } from '../../../src/sandbox/api/pod-streams.ts'
import {
  controlFrame,
  dataFrame,
  FrameReader,
  frameTypes,
} from '../../../src/sandbox/api/streams/spdy/frames.ts'
import { HeaderWriter } from '../../../src/sandbox/api/streams/spdy/headers.ts'
import { pod } from '../manifests.ts'
import { Rig } from './rig.ts'

/** Who listens there breaks its connections off. */
const brokenPort = 90

/** What was asked of the pods. */
const asked: { log?: LogRequest; exec?: ExecRequest; sizes: [number, number][]; closed: number } = {
  sizes: [],
  closed: 0,
}

/** A pod whose every process gives back what it reads, and ends with the number that its first argument is. */
const streams: PodStreams = {
  async log(request) {
    asked.log = request
    return ok(Readable.from(['one\n', 'two\n']))
  },
  async exec(request) {
    asked.exec = request
    const [program, code = '0'] = request.command
    if (program !== 'echo') {
      return fail({
        code: 500,
        reason: 'InternalError',
        message: `exec: "${program}": executable file not found in $PATH`,
      })
    }
    const stdin = new PassThrough()
    const stdout = new PassThrough()
    const stderr = new PassThrough()
    if (!request.hasStdin) stdin.end()
    stdin.pipe(stdout)
    stderr.end('warned')
    const exited = once(stdout, 'end').then(() => ({ exitCode: Number(code) }))
    return ok({
      stdin,
      stdout,
      stderr: request.hasTty ? undefined : stderr,
      resize: (columns, rows) => asked.sizes.push([columns, rows]),
      exited,
      close: () => {
        asked.closed++
        stdin.destroy()
        stdout.destroy()
      },
    })
  },
  attach(request, signal) {
    return this.exec({ ...request, command: ['echo'] }, signal)
  },
  async connect({ port }) {
    if (port === brokenPort) {
      const pod = new PassThrough()
      pod.once('data', () => pod.destroy(new Error('ECONNRESET')))
      return ok(pod)
    }
    if (port !== 80)
      return fail({
        code: 500,
        reason: 'InternalError',
        message: `dial tcp4 127.0.0.1:${port}: connect: connection refused`,
      })
    return ok(new PassThrough())
  },
}

let rig: Rig
beforeAll(async () => {
  rig = await Rig.start(streams)
  rig.store.create('pods', pod('web'))
  const sidecar = {
    containers: [
      { name: 'main', image: 'x' },
      { name: 'side', image: 'x' },
    ],
  }
  rig.store.create('pods', pod('double', sidecar))
})
afterAll(() => rig.stop())
beforeEach(() => {
  asked.sizes.length = 0
  asked.closed = 0
})

const place = { namespace: 'default', pod: 'web' }

test('a log is asked for with all that a client can say', async () => {
  const query = {
    follow: 'true',
    previous: 'true',
    timestamps: 'true',
    tailLines: '5',
    limitBytes: '100',
    sinceTime: '2026-01-01T00:00:00Z',
  }
  const { text: log } = await rig.call('GET', '/api/v1/namespaces/default/pods/web/log', { query })
  expect(log).toBe('one\ntwo\n')
  expect(asked.log).toEqual({
    ...place,
    container: 'main',
    isFollowed: true,
    isPrevious: true,
    hasTimestamps: true,
    tailLines: 5,
    limitBytes: 100,
    since: new Date('2026-01-01T00:00:00Z'),
  })
})

test('of several containers one has to be named, and it has to be there', async () => {
  const log = '/api/v1/namespaces/default/pods/double/log'
  expect((await rig.call('GET', log)).body.message).toBe(
    'a container name must be specified for pod double, choose one of: [main side]',
  )
  expect((await rig.call('GET', log, { query: { container: 'third' } })).body.message).toBe(
    'container third is not valid for pod double',
  )
  expect((await rig.call('GET', log, { query: { container: 'side' } })).code).toBe(200)
})

test('devloop runs a command, gives it its stdin, and is told how it ended', async () => {
  const started = await rig.client.execPod({ ...place, container: 'main', command: ['echo', '7'] })
  if (!started.ok) throw new Error(started.failure.message)
  const { streams: duplex, ended } = started.value
  const sent = 'x'.repeat(500_000)
  duplex.end(sent)
  expect(await text(duplex)).toBe(sent)
  expect(await ended).toEqual({ kind: 'exited', code: 7 })
  expect(started.value.stderr).toBe('warned')
})

test('devloop is told that there is no such program', async () => {
  const started = await rig.client.execPod({ ...place, container: 'main', command: ['nothing'] })
  if (!started.ok) throw new Error(started.failure.message)
  started.value.streams.resume()
  expect(await started.value.ended).toMatchObject({ kind: 'broken', isMissingProgram: true })
})

test('a terminal has a size, and one output', async () => {
  const terminal = { columns: 80, rows: 24 }
  const started = await rig.client.execPod({ ...place, container: 'main', command: ['echo'], terminal })
  if (!started.ok) throw new Error(started.failure.message)
  started.value.streams.end('hello')
  expect(await text(started.value.streams)).toBe('hello')
  expect(asked.sizes).toEqual([[80, 24]])
  expect(asked.exec?.hasTty).toBe(true)
})

test('devloop speaks to a port, and is told when nothing listens there', async () => {
  const open = await rig.client.connectPod({ ...place, port: 80 })
  if (!open.ok) throw new Error(open.failure.message)
  open.value.write('ping')
  const [answer] = await once(open.value, 'data')
  expect(String(answer)).toBe('ping')
  open.value.destroy()
  const refused = await rig.client.connectPod({ ...place, port: 81 })
  if (!refused.ok) throw new Error(refused.failure.message)
  refused.value.resume()
  const [error] = await once(refused.value, 'error')
  expect(error).toMatchObject({
    refused: true,
    message: expect.stringContaining('error forwarding port 81 to pod web'),
  })
})

test('devloop is told when the pod breaks a connection off', async () => {
  const open = await rig.client.connectPod({ ...place, port: brokenPort })
  if (!open.ok) throw new Error(open.failure.message)
  open.value.resume()
  open.value.write('ping')
  const [error] = await once(open.value, 'error')
  expect(error).toMatchObject({ message: expect.stringContaining('the connection to the pod broke') })
})

test('a pod that is not there is said before any protocol is spoken', async () => {
  const started = await rig.client.execPod({
    namespace: 'default',
    pod: 'gone',
    container: 'main',
    command: ['echo'],
  })
  expect(started).toMatchObject({ failure: { kind: 'not-found', status: 404 } })
})

/** A client of SPDY/3.1, as kubectl was before 1.31. */
class SpdyClient {
  readonly #socket: TLSSocket
  readonly #headers = new HeaderWriter()
  readonly #frames = new FrameReader()
  readonly #received = new Map<number, Buffer[]>()
  readonly #ends = new Map<number, PromiseWithResolvers<string>>()
  #nextId = 1

  private constructor(socket: TLSSocket) {
    this.#socket = socket
    socket.on('data', chunk => this.#take(chunk))
  }

  static async open(path: string, protocol: string): Promise<SpdyClient> {
    const { certificates, port } = rig
    const { certificate: cert, key } = certificates.client
    const socket = connectTls({ host: '127.0.0.1', port, ca: certificates.authority, cert, key })
    await once(socket, 'secureConnect')
    socket.write(
      `POST ${path} HTTP/1.1\r\nHost: sandbox\r\nContent-Length: 0\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: ${protocol}\r\n\r\n`,
    )
    const [head] = await once(socket, 'data')
    expect(String(head)).toContain(`101 Switching Protocols`)
    expect(String(head)).toContain(`X-Stream-Protocol-Version: ${protocol}`)
    return new SpdyClient(socket)
  }

  async stream(headers: Readonly<Record<string, string>>): Promise<number> {
    const id = this.#nextId
    this.#nextId += 2
    this.#ends.set(id, Promise.withResolvers())
    const start = Buffer.alloc(10)
    start.writeUInt32BE(id)
    const block = await this.#headers.write(new Map(Object.entries(headers)))
    this.#socket.write(controlFrame(frameTypes.synStream, 0, Buffer.concat([start, block])))
    return id
  }

  send(id: number, content: string): void {
    this.#socket.write(dataFrame(id, Buffer.from(content), true))
  }

  /** All that came on a stream, once it has ended. */
  ended(id: number): Promise<string> {
    return this.#ends.get(id)?.promise ?? Promise.reject(new Error('no such stream'))
  }

  close(): void {
    this.#socket.destroy()
  }

  #take(chunk: Buffer): void {
    for (const frame of this.#frames.take(chunk)) {
      if (frame.kind !== 'data') continue
      const received = this.#received.get(frame.streamId) ?? []
      this.#received.set(frame.streamId, received)
      received.push(frame.bytes)
      if (frame.isLast) this.#ends.get(frame.streamId)?.resolve(Buffer.concat(received).toString('utf8'))
    }
  }
}

test('older kubectl runs a command by SPDY', async () => {
  const path =
    '/api/v1/namespaces/default/pods/web/exec?command=echo&command=3&stdin=true&stdout=true&stderr=true'
  const client = await SpdyClient.open(path, 'v4.channel.k8s.io')
  const error = await client.stream({ streamtype: 'error' })
  const stdin = await client.stream({ streamtype: 'stdin' })
  const stdout = await client.stream({ streamtype: 'stdout' })
  const stderr = await client.stream({ streamtype: 'stderr' })
  const sent = 'y'.repeat(300_000)
  client.send(stdin, sent)
  expect(await client.ended(stdout)).toBe(sent)
  expect(await client.ended(stderr)).toBe('warned')
  expect(JSON.parse(await client.ended(error))).toMatchObject({
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: '3' }] },
  })
  client.close()
})

test('older kubectl forwards ports by SPDY, many connections over one', async () => {
  const client = await SpdyClient.open(
    '/api/v1/namespaces/default/pods/web/portforward',
    'portforward.k8s.io',
  )
  const connect = async (requestid: string, port: string) => {
    const error = await client.stream({ streamtype: 'error', port, requestid })
    return { error, data: await client.stream({ streamtype: 'data', port, requestid }) }
  }
  const first = await connect('0', '80')
  const second = await connect('1', '80')
  const closed = await connect('2', '81')
  client.send(second.data, 'second')
  client.send(first.data, 'first')
  expect(await client.ended(first.data)).toBe('first')
  expect(await client.ended(second.data)).toBe('second')
  expect(await client.ended(closed.error)).toContain('connection refused')
  const none = await connect('3', 'none')
  expect(await client.ended(none.error)).toContain('the header port is no port')
  client.close()
})

test('a process is let go of when its client goes', async () => {
  const path = '/api/v1/namespaces/default/pods/web/exec?command=echo&stdin=true&stdout=true'
  const client = await SpdyClient.open(path, 'v4.channel.k8s.io')
  for (const streamtype of ['error', 'stdin', 'stdout']) await client.stream({ streamtype })
  await expect.poll(() => asked.exec?.command).toEqual(['echo'])
  client.close()
  await expect.poll(() => asked.closed).toBeGreaterThan(0)
})
