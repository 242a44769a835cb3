import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2'
import { createServer, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, test } from 'vitest'
import { type WebSocket as Peer, WebSocket, WebSocketServer } from 'ws'
import { type FakePod, startPod } from './fake-pods.ts'
import { openRig, readAll, readUntil } from './rig.ts'

const pods: FakePod[] = []
afterEach(async () => {
  await Promise.all(pods.splice(0).map(pod => pod.kill()))
})

async function tcpPod(onClient: (socket: Socket) => void): Promise<FakePod> {
  const pod = await startPod(createServer(onClient))
  pods.push(pod)
  return pod
}

const pongPod = (name: string) => tcpPod(socket => socket.on('data', () => socket.write(`+${name}\r\n`)))

async function webSocketPod(): Promise<FakePod> {
  const server = createHttpServer()
  new WebSocketServer({ server }).on('connection', (peer: Peer) => {
    peer.on('message', message => peer.send(`echo ${message}`))
  })
  const pod = await startPod(server)
  pods.push(pod)
  return pod
}

describe('a protocol that is not HTTP', () => {
  test('works where the client speaks first, and moves to the new pod by a new connection', async () => {
    const [old, next] = [await pongPod('old'), await pongPod('next')]
    await using rig = await openRig(old)
    const client = await rig.client()
    client.write('*1\r\n$4\r\nPING\r\n')
    expect(await readUntil(client, '\r\n')).toBe('+old\r\n')

    const ended = readAll(client)
    rig.offer(next)
    expect(await ended).toEqual({ text: '', isReset: false })
    const again = await rig.client()
    again.write('*1\r\n$4\r\nPING\r\n')
    expect(await readUntil(again, '\r\n')).toBe('+next\r\n')
    again.destroy()
  })

  test('works where the server speaks first, and a silent client is greeted by the new pod only', async () => {
    const silent = await tcpPod(() => {})
    const next = await tcpPod(socket => socket.write('220 next\r\n'))
    await using rig = await openRig(silent)
    const client = await rig.client()
    await once(silent.server, 'connection')
    rig.offer(next)
    expect(await readUntil(client, '\r\n')).toBe('220 next\r\n')
    client.destroy()
  })

  test('keeps its connection while the pod that it has is the only one, ready or not', async () => {
    const pod = await pongPod('pod')
    await using rig = await openRig(pod)
    const client = await rig.client()
    client.write('1')
    await readUntil(client, '\n')
    rig.offer(undefined)
    client.write('2')
    expect(await readUntil(client, '\n')).toBe('+pod\r\n')
    client.destroy()
  })

  test('is given the end that the pod gives, after all that it sent', async () => {
    const pod = await tcpPod(socket => socket.on('data', () => socket.end('bye\n')))
    await using rig = await openRig(pod)
    const client = await rig.client()
    client.write('QUIT\n')
    expect(await readAll(client)).toEqual({ text: 'bye\n', isReset: false })
  })

  test('takes lines that nobody answers, to the end of the client', async () => {
    const lines = Promise.withResolvers<string>()
    const pod = await tcpPod(socket => void text(socket).then(lines.resolve))
    await using rig = await openRig(pod)
    const client = await rig.client()
    client.end('a.b 1\na.c 2\n')
    expect(await lines.promise).toBe('a.b 1\na.c 2\n')
    expect(await readAll(client)).toEqual({ text: '', isReset: false })
  })
})

test('HTTP/2 without TLS works', async () => {
  const server = createHttp2Server(
    (asked, answer) => void text(asked).then(body => answer.end(`got ${body}`)),
  )
  const pod = await startPod(server)
  pods.push(pod)
  await using rig = await openRig(pod)
  const session = connectHttp2(`http://127.0.0.1:${rig.port}`)
  const asked = session.request({ ':method': 'POST' })
  asked.end('it')
  expect(await text(asked)).toBe('got it')
  const closed = once(session, 'close')
  session.close()
  await closed
})

test('a WebSocket carries both ways, closes when its pod is replaced, and comes back on the new pod', async () => {
  const [old, next] = [await webSocketPod(), await webSocketPod()]
  await using rig = await openRig(old)
  const first = new WebSocket(`ws://127.0.0.1:${rig.port}`)
  await once(first, 'open')
  first.send('one')
  expect(String((await once(first, 'message'))[0])).toBe('echo one')

  const closed = once(first, 'close')
  rig.offer(next)
  await closed
  const second = new WebSocket(`ws://127.0.0.1:${rig.port}`)
  await once(second, 'open')
  second.send('two')
  expect(String((await once(second, 'message'))[0])).toBe('echo two')
  expect(rig.connected).toEqual([old.name, next.name])
  second.terminate()
})
