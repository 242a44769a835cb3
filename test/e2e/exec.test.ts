import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { KubeObject } from '../../src/model/kube.ts'
import type { PodExecution } from '../../src/model/kube-api.ts'
import { podType } from '../../src/model/kube-api.ts'
import { openRealCluster, type RealCluster } from './real-cluster.ts'

const waiting = { timeout: 60_000, interval: 200 }

let real: RealCluster
beforeAll(async () => {
  real = await openRealCluster('exec')
  // A namespace takes pods only once it was given its service account.
  await vi.waitUntil(async () => (await real.cluster.api.apply(pod(real.namespace, 'app'))).ok, waiting)
  await real.cluster.api.apply(pod(real.namespace, 'doomed'))
  await vi.waitUntil(async () => (await isRunning('app')) && (await isRunning('doomed')), waiting)
})
afterAll(() => real[Symbol.asyncDispose]())

/** Its container `busybox` ends when it is told to: `kill -TERM 1`. */
function pod(namespace: string, name: string): KubeObject {
  const container = (name: string, image: string) => ({
    name,
    image,
    imagePullPolicy: 'IfNotPresent',
    command: ['sh', '-c', 'trap "exit 1" TERM; while :; do sleep 0.2; done'],
  })
  const containers = [container('busybox', 'busybox:1.36'), container('node', 'node:20-alpine')]
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace },
    spec: { terminationGracePeriodSeconds: 0, containers },
  }
}

async function isRunning(name: string): Promise<boolean> {
  const found = await real.cluster.api.get(podType, { name, namespace: real.namespace })
  const status = found.ok ? (found.value.status as { containerStatuses?: { ready: boolean }[] }) : undefined
  return status?.containerStatuses?.every(({ ready }) => ready) === true
}

async function run(
  command: readonly string[],
  { pod = 'app', container = 'busybox' } = {},
): Promise<PodExecution> {
  const started = await real.cluster.api.execPod({ namespace: real.namespace, pod, container, command })
  if (!started.ok) throw new Error(started.failure.message)
  return started.value
}

/** What a counter stands at once it has not moved during a second, told by a clock of the container's. */
async function untilStuck(count: () => Promise<number>): Promise<number> {
  let [before, now] = [0, 0]
  await vi.waitUntil(async () => {
    before = await count()
    await (await run(['sleep', '1'])).ended
    now = await count()
    return now > 0 && now === before
  }, waiting)
  return now
}

function report(what: string, value: string): void {
  process.stdout.write(`  measured: ${what}: ${value}\n`)
}

test('a held shell answers within a few milliseconds', async () => {
  const shell = await run(['sh'])
  const times: number[] = []
  for (let count = 0; count < 500; count++) {
    const startedAt = performance.now()
    shell.streams.write(`echo ${count}\n`)
    const [answer] = await once(shell.streams, 'data')
    times.push(performance.now() - startedAt)
    expect(String(answer)).toBe(`${count}\n`)
  }
  times.sort((one, other) => one - other)
  const [fast = 0, median = 0, p99 = 0] = [times[50], times[250], times[495]]
  report('an answer of a held shell', `${median.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms`)
  // Other tests run at the same time.
  expect(fast).toBeLessThan(5)
  shell.streams.write('exit 7\n')
  expect(await shell.ended).toEqual({ kind: 'exited', code: 7 })
})

test.each(['busybox', 'node'])('20 MB arrive whole in %s, and come back whole', async container => {
  const sent = randomBytes(20_000_000)
  const script = `head -c ${sent.length} > /tmp/big; echo ok; cat /tmp/big; rm /tmp/big`
  const { streams, ended } = await run(['sh', '-c', script], { container })
  const startedAt = performance.now()
  if (!streams.write(sent)) await once(streams, 'drain')
  const received: Buffer[] = []
  let writtenAt = 0
  for await (const chunk of streams as AsyncIterable<Buffer>) {
    writtenAt ||= performance.now()
    received.push(chunk)
  }
  const readAt = performance.now()
  expect(Buffer.concat(received).equals(Buffer.concat([Buffer.from('ok\n'), sent]))).toBe(true)
  expect(await ended).toEqual({ kind: 'exited', code: 0 })
  const speed = (ms: number) => `${(sent.length / 1e3 / ms).toFixed(0)} MB/s`
  report(`20 MB to and from ${container}`, `${speed(writtenAt - startedAt)}, ${speed(readAt - writtenAt)}`)
})

test('thirty commands at once each have their own output and exit code', async () => {
  const startedAt = performance.now()
  const results = await Promise.all(
    Array.from({ length: 30 }, async (_, index) => {
      const command = await run(['sh', '-c', `echo out ${index}; echo err ${index} >&2; exit ${index}`])
      return [await text(command.streams), command.stderr, await command.ended]
    }),
  )
  report('30 commands at once', `${(performance.now() - startedAt).toFixed(0)} ms`)
  expect(results).toEqual(
    results.map((_, index) => [`out ${index}\n`, `err ${index}\n`, { kind: 'exited', code: index }]),
  )
})

test('a program that the image does not have is told from a command that fails', async () => {
  for (const command of [['nosuch'], ['/bin/nosuch', 'argument']]) {
    expect(await (await run(command)).ended).toMatchObject({ kind: 'broken', isMissingProgram: true })
  }
  const denied = await (await run(['/etc/passwd'])).ended
  expect(denied).toEqual({ kind: 'broken', message: expect.stringContaining('permission denied') })
  expect(await (await run(['sh', '-c', 'nosuch'])).ended).toEqual({ kind: 'exited', code: 127 })
})

test('a reader that stops holds the process up, and costs no memory', async () => {
  const script = 'while :; do head -c 1000000 /dev/zero; n=$((n + 1)); echo $n > /tmp/printed; done'
  const { streams } = await run(['sh', '-c', script])
  const printed = async () => Number(await text((await run(['cat', '/tmp/printed'])).streams))
  const before = process.memoryUsage().rss
  const stuckAt = await untilStuck(printed)
  expect(process.memoryUsage().rss - before).toBeLessThan(30_000_000)
  expect(streams.readableLength).toBeLessThan(1_000_000)
  report('a reader that stops', `${stuckAt} MB were on the way`)
  streams.resume()
  await vi.waitUntil(async () => (await printed()) > 3 * stuckAt + 10, waiting)
  streams.destroy()
})

test('a process that does not read holds the writer up, and costs no memory', async () => {
  const { streams } = await run(['sleep', '1000'])
  const chunk = Buffer.alloc(64 * 1024)
  let written = 0
  const write = () => {
    do written += chunk.length
    while (streams.write(chunk) && written < 1e9)
  }
  streams.on('drain', write)
  write()
  const stuckAt = await untilStuck(async () => written)
  report('a process that does not read', `${(stuckAt / 1e6).toFixed(0)} MB were on the way`)
  expect(streams.writableLength).toBeLessThan(1_000_000)
  streams.destroy()
})

test('a held stream ends when its container does, and the next one reaches the new instance', async () => {
  const shell = await run(['sh'])
  shell.streams.write('touch /tmp/old; echo hello\n')
  await once(shell.streams, 'data')
  const startedAt = performance.now()
  shell.streams.write('kill -TERM 1\n')
  shell.streams.resume()
  expect(await shell.ended).toEqual({ kind: 'exited', code: 137 })
  report('the end of a container', `told after ${(performance.now() - startedAt).toFixed(0)} ms`)

  const command = ['test', '!', '-e', '/tmp/old']
  const request = { namespace: real.namespace, pod: 'app', container: 'busybox', command }
  await vi.waitUntil(async () => {
    const started = await real.cluster.api.execPod(request)
    if (!started.ok) return false
    const ended = await started.value.ended
    return ended.kind === 'exited' && ended.code === 0
  }, waiting)
})

test('a held stream ends when its pod is deleted', async () => {
  const shell = await run(['sh'], { pod: 'doomed' })
  shell.streams.write('echo hello\n')
  await once(shell.streams, 'data')
  const startedAt = performance.now()
  shell.streams.resume()
  await real.cluster.api.delete(podType, { name: 'doomed', namespace: real.namespace })
  const ended = await shell.ended
  report(
    'the deletion of a pod',
    `told after ${(performance.now() - startedAt).toFixed(0)} ms: ${ended.kind}`,
  )
  expect(performance.now() - startedAt).toBeLessThan(10_000)
})

test('stdin that ends arrives whole', async () => {
  const { streams, ended, canEndInput } = await run(['sh', '-c', 'cat > /tmp/part; mv /tmp/part /tmp/whole'])
  streams.end(Buffer.alloc(5_000_000)).resume()
  expect(await ended).toMatchObject(canEndInput ? { kind: 'exited', code: 0 } : { kind: 'broken' })
  const size = 'until test -e /tmp/whole; do sleep 0.1; done; wc -c < /tmp/whole'
  expect((await text((await run(['sh', '-c', size])).streams)).trim()).toBe('5000000')
})

test('what is not there is told by the server', async () => {
  const { api } = real.cluster
  const request = { namespace: real.namespace, pod: 'app', container: 'none', command: ['true'] }
  expect(await api.execPod(request)).toMatchObject({ failure: { kind: 'invalid' } })
  expect(await api.execPod({ ...request, pod: 'none' })).toMatchObject({ failure: { kind: 'not-found' } })
})
