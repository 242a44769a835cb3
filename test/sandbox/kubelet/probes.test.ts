import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { startTestNode, type TestNode } from './node.ts'

let node: TestNode
let server: Server | undefined

beforeEach(async () => {
  node = await startTestNode()
})

afterEach(async () => {
  vi.useRealTimers()
  await node.close()
  server?.close()
  server = undefined
})

const isRunning = () => node.status().state.running !== undefined
/** More often than the API allows, so that nobody waits for seconds. */
const often = { periodSeconds: 0.02, failureThreshold: 1 }

async function serve(status: () => number): Promise<number> {
  const started = createServer((_request, response) => response.writeHead(status()).end('hello'))
  server = started
  await new Promise<void>(resolve => started.listen(0, '127.0.0.1', resolve))
  return (started.address() as AddressInfo).port
}

test('a container is ready once its probe says so, and not ready while it fails', async () => {
  let status = 503
  const port = await serve(() => status)
  node.createPod(
    {},
    {
      ports: [{ name: 'http', containerPort: port }],
      readinessProbe: { httpGet: { path: '/healthy', port: 'http' }, ...often },
    },
  )
  await node.until(() => node.events.some(event => event.startsWith('Unhealthy')))
  expect(node.events).toContain('Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 503')
  expect(node.status()).toMatchObject({ ready: false, started: true })
  status = 200
  await node.until(() => node.status().ready)
  status = 500
  await node.until(() => !node.status().ready)
})

test('a container whose liveness probe fails is ended and starts again', async () => {
  node.runtime.onCommand = (_container, [command]) => ({
    exitCode: command === 'alive' ? 1 : 0,
    output: 'dead',
  })
  node.createPod({}, { livenessProbe: { exec: { command: ['alive'] }, ...often } })
  await node.until(() => node.status().restartCount > 0)
  expect(node.events).toContain('Unhealthy: Liveness probe failed: dead')
  expect(node.events).toContain('Killing: Container main failed liveness probe, will be restarted')
  expect(node.status().lastState.terminated?.exitCode).toBe(143)
})

test('nothing else is looked at until the startup probe succeeds', async () => {
  let hasStarted = false
  node.runtime.onCommand = (_container, [command]) => ({
    exitCode: command === 'started' && !hasStarted ? 1 : 0,
  })
  node.createPod(
    {},
    {
      startupProbe: { exec: { command: ['started'] }, ...often, failureThreshold: 100_000 },
      readinessProbe: { exec: { command: ['ready'] }, ...often },
    },
  )
  await node.until(() => node.runtime.history.includes('exec main started'))
  expect(node.status()).toMatchObject({ ready: false, started: false })
  expect(node.runtime.history).not.toContain('exec main ready')
  hasStarted = true
  await node.until(() => node.status().ready)
  expect(node.status().started).toBe(true)
})

test('a server that needs a moment is found ready as soon as it is, and not only after a period', async () => {
  let status = 503
  const port = await serve(() => status)
  const began = performance.now()
  node.createPod({}, { readinessProbe: { httpGet: { port }, periodSeconds: 60 } })
  await node.until(isRunning)
  status = 200
  await node.until(() => node.status().ready)
  expect(performance.now() - began).toBeLessThan(10_000)
  expect(node.events.some(event => event.startsWith('Unhealthy'))).toBe(false)
})

test('a port where nobody listens is not ready', async () => {
  node.createPod({}, { readinessProbe: { tcpSocket: { port: 1 }, ...often } })
  await node.until(() => node.events.some(event => event.startsWith('Unhealthy')))
  expect(node.events).toContain(
    'Unhealthy: Readiness probe failed: dial tcp 10.88.0.1:1: connect: connection refused',
  )
})

test('a hook after the start that fails ends the container', async () => {
  node.runtime.onCommand = () => ({ exitCode: 1, output: 'no' })
  node.createPod(
    { restartPolicy: 'Never' },
    { lifecycle: { postStart: { exec: { command: ['register'] } } } },
  )
  await node.until(() => !isRunning() && node.status().state.terminated !== undefined)
  expect(node.events).toContain('FailedPostStartHook: PostStartHook failed: no')
})
