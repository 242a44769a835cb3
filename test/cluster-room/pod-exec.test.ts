import { once } from 'node:events'
import { buffer, text } from 'node:stream/consumers'
import { finished } from 'node:stream/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readCredentials } from '../../src/cluster/credentials.ts'
import { execPod } from '../../src/cluster/pod-exec.ts'
import { Transport } from '../../src/cluster/transport.ts'
import type { PodExecution } from '../../src/model/kube-api.ts'
import { FakeApiServer } from '../fakes/api-server.ts'
import { kubeContext } from '../fakes/kubeconfig.ts'
import { FakePodProcess } from '../fakes/pod-process.ts'

const target = {
  namespace: 'shop',
  pod: 'web-1',
  container: 'app',
  command: ['sh', '-c', 'echo "$0"', 'a b'],
}

let server: FakeApiServer
let transport: Transport
let started: FakePodProcess[]
beforeEach(async () => {
  server = await FakeApiServer.start()
  started = []
  server.onExec = socket => void started.push(new FakePodProcess(socket))
  const credentials = readCredentials(kubeContext({ user: { token: 'abc' } }))
  if (!credentials.ok) throw new Error(credentials.failure.message)
  transport = new Transport(server.url, credentials.value)
})
afterEach(async () => {
  transport.close()
  await server.stop()
})

/** A new process: what devloop has of it, and what the node has. */
async function start(): Promise<[PodExecution, FakePodProcess]> {
  const execution = await execPod(transport, target)
  if (!execution.ok) throw new Error(execution.failure.message)
  const process = started.at(-1)
  if (!process) throw new Error('no process was started')
  return [execution.value, process]
}

test('a command is started with its arguments as they are', async () => {
  const [execution] = await start()
  const request = server.requests[0]
  expect(request).toMatchObject({
    path: '/api/v1/namespaces/shop/pods/web-1/exec',
    headers: {
      authorization: 'Bearer abc',
      'sec-websocket-protocol': 'v5.channel.k8s.io,v4.channel.k8s.io',
    },
  })
  expect(request?.query.getAll('command')).toEqual(target.command)
  expect(Object.fromEntries(request?.query ?? [])).toMatchObject({
    container: 'app',
    stdin: 'true',
    stdout: 'true',
    stderr: 'true',
  })
  execution.streams.destroy()
})

test('a command with a terminal is told its size, and each new one', async () => {
  const execution = await execPod(transport, { ...target, terminal: { columns: 80, rows: 24 } })
  if (!execution.ok) throw new Error(execution.failure.message)
  const query = Object.fromEntries(server.requests[0]?.query ?? [])
  expect(query).toMatchObject({ stdin: 'true', stdout: 'true', tty: 'true' })
  expect(query).not.toHaveProperty('stderr')
  execution.value.resize({ columns: 120, rows: 40 })
  await expect
    .poll(() => started[0]?.sizes)
    .toEqual([
      { Width: 80, Height: 24 },
      { Width: 120, Height: 40 },
    ])
  execution.value.streams.destroy()
  execution.value.resize({ columns: 1, rows: 1 })
})

test('stdin, stdout, stderr and the exit code each arrive where they belong', async () => {
  const [execution, process] = await start()
  process.onStdin = bytes => {
    process.printError('a warning: ')
    process.print(`you said ${bytes}`)
    process.printError('é'.repeat(2))
    process.exit(3)
  }
  execution.streams.write('hello')
  expect(await text(execution.streams)).toBe('you said hello')
  expect(await execution.ended).toEqual({ kind: 'exited', code: 3 })
  expect(execution.stderr).toBe('a warning: éé')
})

test('the end of a command that prints nothing is known without reading', async () => {
  const [execution, process] = await start()
  process.exit(0)
  expect(await execution.ended).toEqual({ kind: 'exited', code: 0 })
  execution.streams.destroy()
})

test('all that was printed before the exit arrives, however slowly it is read', async () => {
  const [execution, process] = await start()
  const printed = Buffer.alloc(3_000_000, 'pod')
  for (let at = 0; at < printed.length; at += 32_768) process.print(printed.subarray(at, at + 32_768))
  process.exit(0)
  await once(execution.streams, 'readable')
  expect((await buffer(execution.streams)).equals(printed)).toBe(true)
  await expect.poll(() => server.openConnections).toBe(0)
})

test('a chatty stderr takes no more than 64 KiB, and its last words are kept', async () => {
  const [execution, process] = await start()
  for (let count = 0; count < 100; count++) process.printError(Buffer.alloc(10_000, 'x'))
  process.printError('last words')
  process.exit(1)
  expect(await execution.ended).toEqual({ kind: 'exited', code: 1 })
  expect(execution.stderr).toHaveLength(64 * 1024)
  expect(execution.stderr.endsWith('xlast words')).toBe(true)
  execution.streams.destroy()
})

test('a slow reader slows the process down instead of filling the memory', async () => {
  const [execution, process] = await start()
  const piece = Buffer.alloc(1_000_000)
  for (let count = 0; count < 50; count++) process.print(piece)
  await once(execution.streams, 'readable')
  // Whatever else goes on meanwhile, what was printed stays where it is.
  for (let count = 0; count < 500; count++) {
    const arrived = new Promise(resolve => {
      process.onStdin = resolve
    })
    execution.streams.write('more')
    await arrived
  }
  expect(execution.streams.readableLength).toBeLessThan(3_000_000)
  expect(process.waitingBytes).toBeGreaterThan(20_000_000)
  process.exit(0)
  expect((await buffer(execution.streams)).length).toBe(50_000_000)
})

test('a process that does not read slows the writer down', async () => {
  const [execution, process] = await start()
  process.stopReading()
  const piece = Buffer.alloc(1_000_000)
  for (let count = 0; execution.streams.write(piece) || count < 5; count++) {
    if (count > 100) throw new Error('nothing slows the writer down')
  }
  const drained = once(execution.streams, 'drain')
  process.readOn()
  await drained
  execution.streams.destroy()
})

test('a large write goes in small frames, as the node takes frames whole', async () => {
  const [execution, process] = await start()
  const written = Buffer.from(Array.from({ length: 200_000 }, (_, index) => index % 251))
  execution.streams.write(written)
  await expect.poll(() => process.stdin.length).toBe(written.length)
  expect(process.stdin.equals(written)).toBe(true)
  expect(Math.max(...process.frameLengths)).toBeLessThanOrEqual(64 * 1024)
  execution.streams.destroy()
})

test.each([
  ['breaks', (process: FakePodProcess) => process.break()],
  ['closes without a word of the process', (process: FakePodProcess) => process.leave()],
])('a connection that %s is no end of the output', async (_case, end) => {
  const [execution, process] = await start()
  process.print('half an answ')
  await once(execution.streams, 'readable')
  end(process)
  expect(await execution.ended).toMatchObject({ kind: 'broken' })
  await expect(text(execution.streams)).rejects.toThrow()
})

test('a connection that breaks while nobody listens to the stream harms nobody', async () => {
  const [execution, process] = await start()
  execution.streams.write('hello')
  process.break()
  expect(await execution.ended).toMatchObject({ kind: 'broken', message: expect.stringContaining('broke') })
  execution.streams.write('anybody there?')
  expect(execution.streams.destroyed).toBe(true)
})

test('where the cluster can end stdin alone, the output and the exit code still come', async () => {
  server.podProtocols = ['v4.channel.k8s.io', 'v5.channel.k8s.io']
  const [execution, process] = await start()
  expect(execution.canEndInput).toBe(true)
  execution.streams.end('all of it')
  await expect.poll(() => process.hasInputEnded).toBe(true)
  expect(String(process.stdin)).toBe('all of it')
  process.print('counted 9')
  process.exit(0)
  expect(await text(execution.streams)).toBe('counted 9')
  expect(await execution.ended).toEqual({ kind: 'exited', code: 0 })
})

test('where it cannot, all of stdin arrives, and the connection ends with it', async () => {
  const [execution, process] = await start()
  expect(execution.canEndInput).toBe(false)
  execution.streams.end(Buffer.alloc(3_000_000)).resume()
  expect(await execution.ended).toEqual({ kind: 'broken', message: expect.stringContaining('stdin') })
  await finished(execution.streams)
  expect(process.stdin).toHaveLength(3_000_000)
  await expect.poll(() => server.openConnections).toBe(0)
})

test('destroying the streams ends the connection, and is told as such', async () => {
  const [execution, process] = await start()
  execution.streams.destroy()
  expect(await execution.ended).toEqual({
    kind: 'broken',
    message: expect.stringContaining('on this side'),
  })
  await expect.poll(() => process.isOpen).toBe(false)
})

test('a container that does not run is told in the words of the server', async () => {
  server.onUpgrade = socket => {
    const body = JSON.stringify({ kind: 'Status', message: 'container not found ("app")' })
    socket.end(`HTTP/1.1 500 Internal Server Error\r\ncontent-length: ${body.length}\r\n\r\n${body}`)
  }
  expect(await execPod(transport, target)).toMatchObject({
    failure: { kind: 'other', status: 500, message: 'container not found ("app")' },
  })
})

test('a command whose connection breaks before the answer is not run a second time', async () => {
  server.onUpgrade = socket => socket.resetAndDestroy()
  expect(await execPod(transport, target)).toMatchObject({ failure: { kind: 'unreachable' } })
  expect(server.requests).toHaveLength(1)
})

test('an aborted start ends at once', async () => {
  const controller = new AbortController()
  server.onUpgrade = () => controller.abort()
  expect(await execPod(transport, target, { signal: controller.signal })).toMatchObject({
    failure: { kind: 'aborted' },
  })
  await expect.poll(() => server.openConnections).toBe(0)
})
