import { EventEmitter, once } from 'node:events'
import { Agent, get, type IncomingMessage } from 'node:http'
import { createServer, type Server } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Backend, Pick } from '../../src/forward/backend.ts'
import { createForwards, type Forwards } from '../../src/forward/forwards.ts'
import type { ForwardStatus } from '../../src/model/forward.ts'
import type { PortRule } from '../../src/model/project.ts'
import { connectFakePod, type FakePod, startHttpPod } from './fake-pods.ts'
import { freePort } from './rig.ts'

let pod: FakePod
let forwards: Forwards
let offered: Pick
let ports: readonly [number, number]
const statuses = new Map<string, readonly ForwardStatus[]>()
const events = new EventEmitter()

beforeEach(async () => {
  pod = await startHttpPod((_, answer) => answer.end('hello'))
  ports = [await freePort(), await freePort()]
  offered = ready(pod.backend)
  statuses.clear()
  forwards = createForwards({
    pick: () => offered,
    connect: connectFakePod,
    onStatus(service, now) {
      statuses.set(service, now)
      events.emit('status')
    },
  })
})

afterEach(async () => {
  await forwards.close()
  await pod.kill()
})

const ready = (backend: Backend): Pick => ({ state: 'ready', backend })

function rule(localPort: number, port = 3000, host = 'localhost'): PortRule {
  return { text: `${localPort}:${port}`, host, localPort, target: { kind: 'pod', port } }
}

async function fetchFrom(localPort: number, host = '127.0.0.1'): Promise<string> {
  const [answer] = (await once(get({ host, port: localPort, agent: false }), 'response')) as [IncomingMessage]
  return text(answer)
}

async function statusOf(service: string, state: ForwardStatus['state']): Promise<ForwardStatus> {
  for (;;) {
    const [status] = statuses.get(service) ?? []
    if (status?.state === state) return status
    await once(events, 'status')
  }
}

async function listenOn(port: number): Promise<Server> {
  const server = createServer().listen(port, '127.0.0.1')
  await once(server, 'listening')
  return server
}

test('each rule is a local port, on both loopback addresses, which says how to reach it', async () => {
  const [first, second] = ports
  await forwards.set([
    { service: 'web', rule: rule(first) },
    { service: 'web', rule: rule(second) },
  ])
  expect(statuses.get('web')).toMatchObject([
    { state: 'listening', address: `localhost:${first}` },
    { state: 'listening', address: `localhost:${second}` },
  ])
  expect(await fetchFrom(first)).toBe('hello')
  expect(await fetchFrom(second, '::1')).toBe('hello')
})

test('a taken port names who has it and what is free, and opens by itself once it is free', async () => {
  const [port] = ports
  const other = await listenOn(port)
  await forwards.set([{ service: 'web', rule: rule(port) }])
  const { failure } = await statusOf('web', 'failed')
  expect(failure).toMatchObject({
    code: 'forward/port-taken',
    message: expect.stringMatching(
      new RegExp(`^Port ${port} is taken by node.* \\(pid ${process.pid}\\)\\.$`),
    ),
    at: { object: `services.web.ports '${port}:3000'` },
  })
  const free = Number(/write '(\d+):3000'/.exec(failure?.cure ?? '')?.[1])
  expect(free).toBeGreaterThan(port)
  await (await listenOn(free))[Symbol.asyncDispose]()

  other.close()
  await statusOf('web', 'listening')
  expect(await fetchFrom(port)).toBe('hello')
})

test('a port that nobody wants any longer is not tried again', async () => {
  const [port] = ports
  const other = await listenOn(port)
  await forwards.set([{ service: 'web', rule: rule(port) }])
  await forwards.close()
  expect(statuses.get('web')).toEqual([])
  await other[Symbol.asyncDispose]()
  await (await listenOn(port))[Symbol.asyncDispose]()
})

test('an address that is none of this machine’s is a failure with a cure', async () => {
  await forwards.set([{ service: 'web', rule: rule(ports[0], 3000, '192.0.2.1') }])
  expect(statuses.get('web')).toMatchObject([
    { state: 'failed', failure: { cure: expect.stringContaining('127.0.0.1') } },
  ])
})

test('a reload keeps the ports that stay, with their clients, and frees those that go', async () => {
  const [stays, goes] = ports
  await forwards.set([
    { service: 'web', rule: rule(stays) },
    { service: 'web', rule: rule(goes) },
  ])
  const agent = new Agent({ keepAlive: true })
  const [answer] = (await once(get({ port: stays, agent }), 'response')) as [IncomingMessage]
  await text(answer)

  await forwards.set([{ service: 'web', rule: rule(stays, 4000) }])
  expect(statuses.get('web')).toMatchObject([{ state: 'listening', rule: { text: `${stays}:4000` } }])
  await (await listenOn(goes))[Symbol.asyncDispose]()
  expect(await fetchFrom(stays)).toBe('hello')
  expect(Object.values(agent.freeSockets).flat()).toHaveLength(1)
  agent.destroy()
})

test('a port can go from one service to another in one reload', async () => {
  const [port] = ports
  await forwards.set([{ service: 'web', rule: rule(port) }])
  await forwards.set([{ service: 'api', rule: rule(port) }])
  expect(statuses.get('web')).toEqual([])
  expect(statuses.get('api')).toMatchObject([{ state: 'listening' }])
  expect(await fetchFrom(port)).toBe('hello')
})

test('who connects before there is a pod is served by the first one', async () => {
  const [port] = ports
  offered = { state: 'waiting' }
  await forwards.set([{ service: 'web', rule: rule(port) }])
  expect(statuses.get('web')).toMatchObject([{ state: 'waiting-for-pod' }])
  const answer = fetchFrom(port)
  offered = ready(pod.backend)
  forwards.backendsChanged()
  expect(await answer).toBe('hello')
  expect(statuses.get('web')).toMatchObject([{ state: 'listening' }])
})

test('a pod in which nothing listens on the port is told after some seconds, and forgotten when it answers', async () => {
  const [port] = ports
  // Another process may take a free one at any moment, but none that only root may have.
  const closed = 1
  offered = ready({ ...pod.backend, port: closed })
  await forwards.set([{ service: 'web', rule: rule(port) }])
  const answer = fetchFrom(port)
  await once(events, 'status')
  expect(statuses.get('web')).toMatchObject([
    { state: 'listening', failure: { message: `Nothing listens on port ${closed} in pod ${pod.name}.` } },
  ])
  offered = ready(pod.backend)
  forwards.backendsChanged()
  expect(await answer).toBe('hello')
  expect(statuses.get('web')?.[0]).not.toHaveProperty('failure')
})

test('closing ends all connections at once, those of waiting clients too, and frees the ports', async () => {
  const [port] = ports
  offered = { state: 'waiting' }
  await forwards.set([{ service: 'web', rule: rule(port) }])
  const waiting = fetchFrom(port)
  const failed = expect(waiting).rejects.toThrow()
  await forwards.close()
  await failed
  await (await listenOn(port))[Symbol.asyncDispose]()
})
