import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startTestNode, type TestNode } from './node.ts'

let node: TestNode
const pod = { namespace: 'default', pod: 'web' }
const container = { ...pod, container: 'main' }

beforeEach(async () => {
  node = await startTestNode()
  node.createPod()
  await node.until(() => node.status().state.running !== undefined)
})

afterEach(() => node.close())

test('a command in a container gives what it says and its exit code', async () => {
  node.runtime.onCommand = (_container, [, word]) => ({ exitCode: 3, output: `${word}!` })
  const request = { ...container, command: ['echo', 'hello'], hasStdin: false, hasTty: false }
  const process = await node.kubelet.streams.exec(request, new AbortController().signal)
  if (!process.ok) throw new Error(process.failure.message)
  expect(await text(process.value.stdout)).toBe('hello!')
  expect(await process.value.exited).toEqual({ exitCode: 3 })
})

test('a command whose client goes sees the end of its input, and runs on', async () => {
  const asking = new AbortController()
  const request = { ...container, command: ['cat'], hasStdin: true, hasTty: false }
  const process = await node.kubelet.streams.exec(request, asking.signal)
  if (!process.ok) throw new Error(process.failure.message)
  asking.abort()
  expect(process.value.stdin?.writableEnded).toBe(true)
  expect(node.runtime.endedCommands).toBe(0)
})

test('a container that does not run is named', async () => {
  node.deletePod(0)
  const request = { ...container, command: ['true'], hasStdin: false, hasTty: false }
  const process = await node.kubelet.streams.exec(request, new AbortController().signal)
  expect(process).toMatchObject({
    ok: false,
    failure: { code: 500, message: expect.stringContaining('container not found ("main")') },
  })
})

test('a connection reaches the port of the pod, and ends when it is not wanted any more', async () => {
  const server = createServer(socket => socket.on('error', () => {}).end('hello'))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const asking = new AbortController()
  const first = await node.kubelet.streams.connect({ ...pod, port }, asking.signal)
  if (!first.ok) throw new Error(first.failure.message)
  expect(await text(first.value)).toBe('hello')
  const second = await node.kubelet.streams.connect({ ...pod, port }, asking.signal)
  if (!second.ok) throw new Error(second.failure.message)
  asking.abort()
  expect(second.value.destroyed).toBe(true)
  await new Promise(resolve => server.close(resolve))
  const refused = await node.kubelet.streams.connect({ ...pod, port }, new AbortController().signal)
  expect(refused).toMatchObject({ ok: false })
})
