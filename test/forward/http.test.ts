import { once } from 'node:events'
import { Agent, get, type IncomingMessage, request } from 'node:http'
import { createServer } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import { keep, startHttpPod, startPod } from './fake-pods.ts'
import { openRig, readAll, readUntil } from './rig.ts'

/** Answers with its name and what was asked. */
const namedPod = (name: string) =>
  keep(
    startHttpPod(async (asked, answer) => {
      const body = `${name} ${asked.method} ${asked.url} ${await text(asked)};`
      answer.writeHead(200, { 'content-length': body.length }).end(body)
    }),
  )

/** Says exactly this to each client, once it has sent an empty line. */
const scriptedPod = (answer: string, then: 'end' | 'stay') =>
  keep(
    startPod(
      createServer(socket => {
        socket.on('data', chunk => {
          if (!chunk.includes('\r\n\r\n')) return
          socket.write(answer)
          if (then === 'end') socket.end()
        })
      }),
    ),
  )

describe('a kept-alive connection', () => {
  test('goes on with the new pod when the old one is replaced, and when it dies', async () => {
    const [old, next, last] = [await namedPod('old'), await namedPod('next'), await namedPod('last')]
    await using rig = await openRig(old)
    const client = await rig.client()

    client.write('GET /1 HTTP/1.1\r\nHost: h\r\n\r\n')
    expect(await readUntil(client, ';')).toContain('old GET /1')
    rig.offer(next)
    client.write('GET /2 HTTP/1.1\r\nHost: h\r\n\r\n')
    expect(await readUntil(client, ';')).toContain('next GET /2')
    await next.kill()
    rig.offer(last)
    client.write('POST /3 HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi')
    expect(await readUntil(client, ';')).toContain('last POST /3 hi')
    client.destroy()
  })

  test('of HTTP/1.0 does so too', async () => {
    const [old, next] = [await namedPod('old'), await namedPod('next')]
    await using rig = await openRig(old)
    const client = await rig.client()
    for (const [pod, name] of [
      [old, 'old'],
      [next, 'next'],
    ] as const) {
      rig.offer(pod)
      client.write('GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n')
      expect(await readUntil(client, ';')).toContain(name)
    }
    client.destroy()
  })

  test('waits for the next pod when there is none in between', async () => {
    const [old, next] = [await namedPod('old'), await namedPod('next')]
    await using rig = await openRig(old)
    const client = await rig.client()
    client.write('GET /1 HTTP/1.1\r\nHost: h\r\n\r\n')
    await readUntil(client, ';')
    rig.offer(undefined)
    await old.kill()
    client.write('POST /2 HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n')
    rig.offer(next)
    expect(await readUntil(client, ';')).toContain('next POST /2')
    client.destroy()
  })

  test('answers pipelined requests one after the other, across pods, and closes after the last', async () => {
    const [old, next] = [await namedPod('old'), await namedPod('next')]
    await using rig = await openRig(old)
    const client = await rig.client()
    const ask = (path: string) =>
      `POST ${path} HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n`
    client.write(ask('/1') + ask('/2'))
    const first = await readUntil(client, 'POST /2 x;')
    expect(first.match(/(old|next) POST \/. x;/g)).toEqual(['old POST /1 x;', 'old POST /2 x;'])
    rig.offer(next)
    client.end(ask('/3') + ask('/4') + ask('/5'))
    const { text: rest, isReset } = await readAll(client)
    expect(isReset).toBe(false)
    expect(rest.match(/(old|next) POST \/. x;/g)).toEqual([
      'next POST /3 x;',
      'next POST /4 x;',
      'next POST /5 x;',
    ])
  })
})

describe('a request whose pod is replaced before it answered', () => {
  const silentPod = () => keep(startHttpPod(() => {}))

  test.each(['GET', 'PUT'])('is repeated where HTTP allows it (%s)', async method => {
    const [old, next] = [await silentPod(), await namedPod('next')]
    await using rig = await openRig(old)
    const arrived = once(old.server, 'request')
    const asked = request({ port: rig.port, method, path: '/once' })
    asked.end()
    await arrived
    rig.offer(next)
    await old.kill()
    const [answer] = (await once(asked, 'response')) as [IncomingMessage]
    expect(await text(answer)).toContain(`next ${method} /once`)
  })

  test('is repeated when no pod is offered for a while', async () => {
    const [old, next] = [await silentPod(), await namedPod('next')]
    await using rig = await openRig(old)
    const arrived = once(old.server, 'request')
    const asked = get({ port: rig.port })
    await arrived
    rig.offer(undefined)
    await old.kill()
    rig.offer(next)
    const [answer] = (await once(asked, 'response')) as [IncomingMessage]
    expect(await text(answer)).toContain('next GET')
  })

  test('is reported as lost where a repetition could do harm (POST)', async () => {
    const [old, next] = [await silentPod(), await namedPod('next')]
    await using rig = await openRig(old)
    const arrived = once(old.server, 'request')
    const asked = request({ port: rig.port, method: 'POST' })
    asked.end('pay')
    await arrived
    rig.offer(next)
    await old.kill()
    await expect(once(asked, 'response')).rejects.toThrow()
    expect(rig.connected).toEqual([old.name])
  })

  test('is not sent again to a pod that broke while it was the right one: it may be what broke it', async () => {
    const old = await silentPod()
    await using rig = await openRig(old)
    const arrived = once(old.server, 'request')
    const asked = get({ port: rig.port })
    await arrived
    await old.kill()
    await expect(once(asked, 'response')).rejects.toThrow()
  })
})

describe('half an answer', () => {
  test.each([
    ['its length', 'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhalf'],
    ['its chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n'],
  ])('never passes for a whole one: the connection is reset before the end of %s', async (_, answer) => {
    const pod = await scriptedPod(answer, 'end')
    await using rig = await openRig(pod)
    const client = await rig.client()
    client.write('GET / HTTP/1.1\r\nHost: h\r\n\r\n')
    expect(await readAll(client)).toMatchObject({ isReset: true })
  })
})

describe('an answer arrives whole', () => {
  test.each([
    ['that ends with its connection', 'HTTP/1.1 200 OK\r\n\r\nuntil the end', 'end'],
    [
      'that announces the close',
      'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi',
      'end',
    ],
    ['of HTTP/1.0', 'HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi', 'end'],
  ] as const)('%s', async (_, answer, then) => {
    const pod = await scriptedPod(answer, then)
    await using rig = await openRig(pod)
    const client = await rig.client()
    client.write('GET / HTTP/1.1\r\nHost: h\r\n\r\n')
    expect(await readAll(client)).toEqual({ text: answer, isReset: false })
  })

  test.each([
    ['HEAD', 'HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: 700\r\n\r\n'],
    ['204', 'GET', 'HTTP/1.1 204 No Content\r\n\r\n'],
    ['304', 'GET', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 700\r\n\r\n'],
    ['trailers', 'GET', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nA: b\r\n\r\n'],
  ])('and the next one may come of another pod: %s', async (_, method, answer) => {
    const [old, next] = [await scriptedPod(answer, 'stay'), await namedPod('next')]
    await using rig = await openRig(old)
    const client = await rig.client()
    client.write(`${method} / HTTP/1.1\r\nHost: h\r\n\r\n`)
    expect(await readUntil(client, answer.slice(-6))).toBe(answer)
    rig.offer(next)
    client.write('GET /2 HTTP/1.1\r\nHost: h\r\n\r\n')
    expect(await readUntil(client, ';')).toContain('next GET /2')
    client.destroy()
  })

  test('for a client that has ended its side after the request', async () => {
    const pod = await namedPod('pod')
    await using rig = await openRig(pod)
    const client = await rig.client()
    client.end('GET /last HTTP/1.1\r\nHost: h\r\n\r\n')
    const { text: answer, isReset } = await readAll(client)
    expect(answer).toContain('pod GET /last')
    expect(isReset).toBe(false)
  })

  test('for a client that asks first whether it may send (100-continue)', async () => {
    const pod = await namedPod('pod')
    await using rig = await openRig(pod)
    const asked = request({ port: rig.port, method: 'POST', headers: { expect: '100-continue' } })
    asked.flushHeaders()
    await once(asked, 'continue')
    asked.end('body')
    const [answer] = (await once(asked, 'response')) as [IncomingMessage]
    expect(await text(answer)).toContain('POST / body')
  })
})

test('a server that closes an idle connection closes none of the client’s', async () => {
  const old = await namedPod('old')
  await using rig = await openRig(old)
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const ask = async () => {
    const [answer] = (await once(get({ port: rig.port, agent }), 'response')) as [IncomingMessage]
    return text(answer)
  }
  await ask()
  const [socket] = old.sockets
  if (!socket) throw new Error('no connection')
  const reconnected = rig.nextConnection()
  socket.end()
  await once(socket, 'close')
  expect(await ask()).toContain('old GET')
  await reconnected
  expect(Object.values(agent.freeSockets).flat()).toHaveLength(1)
  agent.destroy()
})
