import { once } from 'node:events'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type WebSocket, WebSocket as WebSocketClient, WebSocketServer } from 'ws'
import { KeepAlive } from '../../src/cluster/keep-alive.ts'

const intervalMs = 30_000

let server: WebSocketServer
let client: WebSocket
let far: WebSocket
let keepAlive: KeepAlive
let pings: number
let touches: number
let silences: number
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  client = new WebSocketClient(`ws://127.0.0.1:${port}`)
  const [[socket]] = await Promise.all([once(server, 'connection'), once(client, 'open')])
  far = socket as WebSocket
  pings = touches = silences = 0
  far.on('ping', () => pings++)
  keepAlive = new KeepAlive(
    client,
    () => {
      touches++
      keepAlive.wrote()
      client.send('')
    },
    () => silences++,
  )
})
afterEach(() => {
  keepAlive.stop()
  client.terminate()
  server.close()
  vi.useRealTimers()
})

/** Half a minute passes, and the other side answers what it was asked. */
async function passAnswered(): Promise<void> {
  const answered = once(client, 'pong')
  vi.advanceTimersByTime(intervalMs)
  await answered
}

test('a quiet connection is pinged twice a minute, and sends data often enough for the kubelet', async () => {
  for (let count = 0; count < 480; count++) await passAnswered()
  expect(pings).toBe(480)
  // Four hours: 480 intervals.
  expect(touches).toBeGreaterThanOrEqual(7)
  expect(silences).toBe(0)
})

test('a connection that is in use is sent nothing but pings', async () => {
  for (let count = 0; count < 200; count++) {
    keepAlive.wrote()
    client.send('work')
    await passAnswered()
  }
  expect(touches).toBe(0)
})

test('a connection on which nobody answers any more is found within a minute, once', async () => {
  await passAnswered()
  far.pause()
  vi.advanceTimersByTime(intervalMs)
  expect(silences).toBe(0)
  vi.advanceTimersByTime(intervalMs)
  expect(silences).toBe(1)
  vi.advanceTimersByTime(20 * intervalMs)
  expect(silences).toBe(1)
})

test('a process that has not read its stdin yet is not taken for gone', async () => {
  await passAnswered()
  far.pause()
  keepAlive.wrote()
  client.send('work for an hour')
  vi.advanceTimersByTime(120 * intervalMs)
  expect(silences).toBe(0)
  const answered = once(client, 'pong')
  far.resume()
  await answered
})

test('a slow reader on this side is not taken for a silent cluster', async () => {
  await passAnswered()
  client.pause()
  vi.advanceTimersByTime(20 * intervalMs)
  expect(silences).toBe(0)
})
