import { expect, test } from 'vitest'
import { Answer } from '../rig/answer.ts'
import { Channels } from '../rig/channels.ts'
import { condition } from '../rig/collection.ts'
import { node, pod } from '../rig/manifests.ts'
import { openSpace } from '../rig/namespace.ts'

const space = await openSpace('forward')
const { pods } = space

/** Each port has a channel for its bytes and one for what goes wrong. */
const [data, errors, secondData] = [0, 1, 2]

// On 8080 what comes is sent back, on 8081 to all who come a word is said, on 8082 nothing listens.
const program = `
  const net = require('net')
  const serve = talk => net.createServer(socket => talk(socket.on('error', () => {})))
  const echo = serve(socket => socket.pipe(socket)).listen(8080, '127.0.0.1')
  echo.once('listening', () => serve(socket => socket.end('a word')).listen(8081))`
const readinessProbe = { tcpSocket: { port: 8081 }, periodSeconds: 1, timeoutSeconds: 5 }
await pods.make(pod('echo', node(program, { readinessProbe })))
await pods.until('echo', condition('Ready', 'True'))

async function forward(...ports: number[]) {
  const channels = await Channels.open(pods.path('echo', 'portforward'), { ports: ports.map(String) })
  if (channels instanceof Answer) throw new Error(channels.text)
  // Each channel begins with its port.
  await channels.until(frames => frames.length >= 2 * ports.length)
  return channels
}

/** What came on a channel after the number of the port. */
function said(channels: Channels, channel: number) {
  return channels.bytesOf(channel).subarray(2)
}

test('each channel begins with the number of its port', async () => {
  using channels = await forward(8080)
  expect(channels.bytesOf(data).readUInt16LE(0)).toBe(8080)
  expect(channels.bytesOf(errors).readUInt16LE(0)).toBe(8080)
})

test('bytes go to the port and come back, though it listens within the pod only', async () => {
  using channels = await forward(8080)
  channels.send(data, 'there and back')
  await channels.until(() => said(channels, data).toString() === 'there and back')
})

test('many bytes come whole', async () => {
  using channels = await forward(8080)
  const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 11) % 256))
  for (let start = 0; start < bytes.length; start += 30_000)
    channels.send(data, bytes.subarray(start, start + 30_000))
  await channels.until(() => said(channels, data).length >= bytes.length)
  expect(said(channels, data).equals(bytes)).toBe(true)
})

test('several ports share a connection', async () => {
  using channels = await forward(8080, 8081)
  await channels.until(() => said(channels, secondData).toString() === 'a word')
  channels.send(data, 'still here')
  await channels.until(() => said(channels, data).toString() === 'still here')
})

test('connections do not know of one another', async () => {
  using one = await forward(8080)
  using other = await forward(8080)
  one.send(data, 'one')
  other.send(data, 'other')
  await Promise.all([
    one.until(() => said(one, data).toString() === 'one'),
    other.until(() => said(other, data).toString() === 'other'),
  ])
})

test('that nothing listens on a port is said', async () => {
  using channels = await forward(8082)
  channels.send(data, 'anyone?')
  await channels.until(() => /refused/.test(said(channels, errors).toString()))
})

test('a pod that is not there is refused', async () => {
  const answer = await Channels.open(pods.path('nobody', 'portforward'), { ports: '80' })
  expect(answer).toMatchObject({ status: 404 })
})
