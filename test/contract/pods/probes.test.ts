import { expect, test } from 'vitest'
import { valueAt } from '../rig/answer.ts'
import { condition } from '../rig/collection.ts'
import { untilEvent } from '../rig/events.ts'
import { inShell } from '../rig/exec.ts'
import { node, pod, shell, untilTold } from '../rig/manifests.ts'
import { openSpace } from '../rig/namespace.ts'

const space = await openSpace('probes')
const { pods } = space
const soon = { periodSeconds: 1, timeoutSeconds: 5 }

test('a pod becomes ready with its probe, and unready again', async () => {
  const readinessProbe = { exec: { command: ['cat', '/tmp/ready'] }, failureThreshold: 1, ...soon }
  await pods.make(pod('moody', shell(untilTold, { readinessProbe })))
  await pods.until('moody', {
    status: { phase: 'Running', containerStatuses: [{ ready: false, state: { running: {} } }] },
  })
  await inShell(space, 'moody', 'touch /tmp/ready')
  await pods.until('moody', condition('Ready', 'True'))
  await inShell(space, 'moody', 'rm /tmp/ready')
  const unready = await pods.until(
    'moody',
    condition('Ready', 'False', { reason: 'ContainersNotReady', message: expect.stringContaining('[main]') }),
  )
  expect(valueAt(unready, 'status.containerStatuses.0.restartCount')).toBe(0)
})

/** Answers each request with the status that it is started with, on a port of the same number behind an 8. */
function answering(name: string, status: number) {
  const program = `require('http').createServer((request, response) => {
    response.writeHead(${status}, { location: '/' }).end()
  }).listen(8${status})`
  return node(program, { name, readinessProbe: { httpGet: { port: 8000 + status, path: '/' }, ...soon } })
}

// One pod of several containers serves the checks of what a probe takes for well.
const listening = `setTimeout(() => require('net').createServer(socket => socket.on('error', () => {}).end()).listen(9000), 500)`
const words = { exec: { command: ['sh', '-c', 'echo not today; exit 1'] } }
await pods.make(
  pod('probed', [
    answering('good', 204),
    answering('bad', 404),
    node(listening, { name: 'listening', readinessProbe: { tcpSocket: { port: 9000 }, ...soon } }),
    shell(untilTold, { name: 'closed', readinessProbe: { tcpSocket: { port: 9001 }, ...soon } }),
    shell(untilTold, { name: 'gloomy', readinessProbe: { ...words, ...soon } }),
  ]),
)

test('HTTP is well from 200 to 399, and a port that takes connections', async () => {
  const status = (name: string, ready: boolean) => expect.objectContaining({ name, ready, started: true })
  await pods.until('probed', {
    status: {
      containerStatuses: expect.arrayContaining([
        status('good', true),
        status('bad', false),
        status('listening', true),
        status('closed', false),
        status('gloomy', false),
      ]),
    },
  })
})

test.each([
  ['the status', /^Readiness probe failed: HTTP probe failed with statuscode: 404/],
  ['the words', /^Readiness probe failed: not today/],
  ['the refusal', /^Readiness probe failed: .*:9001: connect: connection refused/],
])('of a probe that fails %s is told as an event', async (_what, message) => {
  const pattern = { type: 'Warning', reason: 'Unhealthy', message: expect.stringMatching(message) }
  await untilEvent(space, 'probed', pattern)
})

test('a container that is no longer alive is started again', async () => {
  const livenessProbe = {
    exec: { command: ['sh', '-c', '! [ -e /tmp/dead ]'] },
    failureThreshold: 1,
    ...soon,
  }
  await pods.make(pod('revived', shell(untilTold, { livenessProbe }), { terminationGracePeriodSeconds: 1 }))
  await pods.until('revived', condition('Ready', 'True'))
  await inShell(space, 'revived', 'touch /tmp/dead')
  await pods.until('revived', {
    status: { containerStatuses: [{ restartCount: 1, state: { running: {} } }] },
  })
  const message = expect.stringContaining('failed liveness probe')
  await untilEvent(space, 'revived', { reason: 'Killing', message })
})

test('while a container starts up its other probes wait', async () => {
  const startupProbe = { exec: { command: ['cat', '/tmp/started'] }, failureThreshold: 100, ...soon }
  const livenessProbe = { exec: { command: ['cat', '/tmp/started'] }, failureThreshold: 1, ...soon }
  const script = `(sleep 3; touch /tmp/started) & ${untilTold}`
  using watch = await pods.watch({ fieldSelector: 'metadata.name=slow-start' })
  await pods.make(pod('slow-start', shell(script, { startupProbe, livenessProbe })))
  await pods.until('slow-start', {
    status: { containerStatuses: [{ started: true, restartCount: 0 }] },
  })
  expect(
    watch.entries.some(({ object }) => valueAt(object, 'status.containerStatuses.0.started') === false),
  ).toBe(true)
})
