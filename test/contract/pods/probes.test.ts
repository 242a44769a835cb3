import { expect, test } from 'vitest'
import { valueAt } from '../rig/answer.ts'
import { condition } from '../rig/collection.ts'
import { inShell } from '../rig/exec.ts'
import { node, pod, shell, untilTold, webServer } from '../rig/manifests.ts'
import { openSpace } from '../rig/namespace.ts'

const space = await openSpace('probes')
const { pods, events } = space
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

test('a probe that fails is told as an event', async () => {
  const readinessProbe = { exec: { command: ['sh', '-c', 'echo not today; exit 1'] }, ...soon }
  using watch = await events.watch({ fieldSelector: 'involvedObject.name=gloomy,reason=Unhealthy' })
  await pods.make(pod('gloomy', shell(untilTold, { readinessProbe })))
  const [event] = await watch.until(seen => seen.length > 0)
  expect(event?.object.message).toContain('Readiness probe failed: not today')
})

test('HTTP is well from 200 to 399', async () => {
  const program = `require('http').createServer((request, response) => {
    response.writeHead(Number(request.url.slice(1)), { location: '/302' }).end()
  }).listen(8080)`
  const answering = (name: string, status: number) => {
    const readinessProbe = { httpGet: { port: 8080, path: `/${status}` }, ...soon }
    return node(program.replace('8080', String(8000 + status)), {
      name,
      readinessProbe: { ...readinessProbe, httpGet: { port: 8000 + status, path: `/${status}` } },
    })
  }
  using watch = await events.watch({ fieldSelector: 'involvedObject.name=statuses,reason=Unhealthy' })
  await pods.make(pod('statuses', [answering('good', 204), answering('bad', 404)]))
  await watch.until(seen => seen.some(({ object }) => String(object.message).includes('statuscode: 404')))
  const { object } = await pods.get('statuses')
  const statuses = valueAt(object, 'status.containerStatuses') as { name: string; ready: boolean }[]
  const isReady = (name: string) => statuses.find(status => status.name === name)?.ready
  expect(isReady('bad')).toBe(false)
  if (!isReady('good'))
    await pods.until('statuses', {
      status: {
        containerStatuses: expect.arrayContaining([expect.objectContaining({ name: 'good', ready: true })]),
      },
    })
})

test('a port that takes connections is well', async () => {
  const program = `setTimeout(() => require('net').createServer().listen(9000), 500)`
  await pods.make(pod('listens', node(program, { readinessProbe: { tcpSocket: { port: 9000 }, ...soon } })))
  await pods.until('listens', condition('Ready', 'True'))
})

test('a probe finds its port by name', async () => {
  await pods.make(pod('by-name', webServer()))
  await pods.until('by-name', condition('Ready', 'True'))
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
  using watch = await events.watch({ fieldSelector: 'involvedObject.name=revived,reason=Killing' })
  await watch.until(seen =>
    seen.some(({ object }) => String(object.message).includes('failed liveness probe')),
  )
})

test('while a container starts up its other probes wait', async () => {
  const startupProbe = { exec: { command: ['cat', '/tmp/started'] }, failureThreshold: 100, ...soon }
  const livenessProbe = { exec: { command: ['cat', '/tmp/started'] }, failureThreshold: 1, ...soon }
  const script = `(sleep 3; touch /tmp/started) & ${untilTold}`
  using watch = await pods.watch({ fieldSelector: 'metadata.name=slow-start' })
  await pods.make(pod('slow-start', shell(script, { startupProbe, livenessProbe })))
  await pods.until('slow-start', {
    status: { containerStatuses: [{ ready: true, started: true, restartCount: 0 }] },
  })
  expect(
    watch.entries.some(({ object }) => valueAt(object, 'status.containerStatuses.0.started') === false),
  ).toBe(true)
})
