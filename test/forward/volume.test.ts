import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { Agent, get, type IncomingMessage, request } from 'node:http'
import { connect, createServer } from 'node:net'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { maxHeldClients } from '../../src/forward/gateway.ts'
import { settleMs } from '../../src/forward/relay.ts'
import { inBatches } from '../../src/util/batches.ts'
import { keep, startHttpPod, startPod } from './fake-pods.ts'
import { openRig, readAll } from './rig.ts'

const megabyte = 1024 * 1024
const block = randomBytes(megabyte)

function* blocks(count: number) {
  for (let index = 0; index < count; index++) yield block
}

async function digest(stream: Readable): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(stream, hash)
  return hash.digest('hex')
}

test('20 MB arrive unchanged, up and down', async () => {
  const pod = await keep(
    startHttpPod(async (asked, answer) => {
      if (asked.method === 'POST') answer.end(await digest(asked))
      else Readable.from(blocks(20)).pipe(answer)
    }),
  )
  await using rig = await openRig(pod)
  const expected = await digest(Readable.from(blocks(20)))

  const upload = request({ port: rig.port, method: 'POST' })
  const answered = once(upload, 'response') as Promise<[IncomingMessage]>
  await pipeline(Readable.from(blocks(20)), upload)
  expect(await text((await answered)[0])).toBe(expected)

  const [download] = (await once(get({ port: rig.port }), 'response')) as [IncomingMessage]
  expect(await digest(download)).toBe(expected)
})

/** Far less than is sent, and more than the buffers of two sockets and a stream together. */
const bound = 24 * megabyte
const plenty = 200

test('a client that does not read stops the pod from sending', async () => {
  let produced = 0
  const stalled = Promise.withResolvers<void>()
  const pod = await keep(
    startPod(
      createServer(async socket => {
        for (const bytes of blocks(plenty)) {
          produced += bytes.length
          if (socket.write(bytes)) continue
          const drained = await Promise.race([once(socket, 'drain').then(() => true), quiet()])
          if (!drained) return stalled.resolve()
        }
        stalled.resolve()
      }),
    ),
  )
  await using rig = await openRig(pod)
  const client = await rig.client()
  await stalled.promise
  expect(produced).toBeLessThan(bound)
  client.destroy()
})

test('a pod that does not read, nor answer, stops the client from sending', async () => {
  const pod = await keep(startPod(createServer(socket => socket.pause())))
  await using rig = await openRig(pod)
  const client = await rig.client()
  client.write(`POST / HTTP/1.1\r\nHost: h\r\nContent-Length: ${plenty * megabyte}\r\n\r\n`)
  let sent = 0
  for (const bytes of blocks(plenty)) {
    sent += bytes.length
    if (client.write(bytes)) continue
    const drained = await Promise.race([once(client, 'drain').then(() => true), quiet()])
    if (!drained) break
  }
  expect(sent).toBeLessThan(bound)
  client.destroy()
})

test('what a pod has taken without an answer is not kept', async () => {
  const received = Promise.withResolvers<void>()
  let bytes = 0
  const pod = await keep(
    startPod(
      createServer(socket => {
        socket.on('data', chunk => {
          bytes += chunk.length
          if (bytes >= 100 * megabyte) received.resolve()
        })
      }),
    ),
  )
  await using rig = await openRig(pod)
  const client = await rig.client()
  client.write('a line')
  await once(pod.server, 'connection')
  await wait(2 * settleMs)
  const before = keptBytes()
  await pipeline(Readable.from(blocks(100)), client, { end: false })
  await received.promise
  // Freed memory is counted as freed a moment later.
  await expect.poll(() => keptBytes() - before, { timeout: 5_000 }).toBeLessThan(10 * megabyte)
  client.destroy()
})

test('200 clients at once are all served, those that come while no pod is ready too', async () => {
  const pod = await keep(startHttpPod((asked, answer) => answer.end(asked.url)))
  await using rig = await openRig()
  const agent = new Agent({ keepAlive: true })
  const asked = Array.from({ length: 200 }, (_, index) => get({ port: rig.port, path: `/${index}`, agent }))
  const answers = asked.map(async one => text(((await once(one, 'response')) as [IncomingMessage])[0]))
  await Promise.all(asked.map(async one => once((await once(one, 'socket'))[0], 'connect')))
  rig.offer(pod)
  expect(await Promise.all(answers)).toEqual(Array.from({ length: 200 }, (_, index) => `/${index}`))
  agent.destroy()
})

test('the number of clients that wait for a pod has a bound', async () => {
  await using rig = await openRig()
  const all = Array.from({ length: maxHeldClients })
  // More at once than the listener's queue takes would be accepted in an order of their own.
  const held = await inBatches(all, 64, () => rig.client())
  // It may be reset before `client` would return.
  const refused = connect(rig.port, '127.0.0.1')
  expect(await readAll(refused)).toEqual({ text: '', isReset: true })
  expect(held.every(client => !client.destroyed)).toBe(true)
  for (const client of held) client.destroy()
})

/** Resolves to false when nothing has moved for so long that nothing will: only the passing of time can show it. */
function quiet(): Promise<false> {
  return new Promise(resolve => setTimeout(() => resolve(false), 500))
}

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

function keptBytes(): number {
  collectGarbage()
  return process.memoryUsage().arrayBuffers
}
