import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, expect, test } from 'vitest'
import { Balancer } from '../../../src/sandbox/runtime/services/balancer.ts'
import { frontendsOf } from '../../../src/sandbox/runtime/services/frontends.ts'
import { createServiceProxies } from '../../../src/sandbox/runtime/services/services.ts'

const opened: { close(): unknown }[] = []
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close()
})

/** Says who it is, and what it was told when its client has ended its side. */
async function startPod(name: string): Promise<number> {
  const server: Server = createServer({ allowHalfOpen: true }, async socket => {
    const told = await text(socket)
    socket.end(`${name} heard ${told}`)
  }).listen(0, '127.0.0.1')
  opened.push(server)
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

async function say(ip: string, port: number, words: string): Promise<string> {
  const socket = connect({ host: ip, port, allowHalfOpen: true })
  socket.end(words)
  return await text(socket)
}

const metadata = { namespace: 'shop', name: 'web' }

function proxies(refused: string[] = []) {
  const made = createServiceProxies({ onRefused: place => void refused.push(place) })
  opened.push(made)
  return made
}

test('connections go to the ready pods in turn, by the name of the port, and both ends can end their side first', async () => {
  const [one, other, admin] = [await startPod('one'), await startPod('other'), await startPod('admin')]
  const ports = [
    { name: 'http', port: 8080 },
    { name: 'admin', port: 9090 },
  ]
  await proxies().update(
    [{ metadata, spec: { clusterIP: '127.0.96.1', ports } }],
    [
      {
        metadata,
        subsets: [
          {
            addresses: [{ ip: '127.0.0.1' }],
            ports: [
              { name: 'http', port: one },
              { name: 'admin', port: admin },
            ],
          },
          { addresses: [{ ip: '127.0.0.1' }], ports: [{ name: 'http', port: other }] },
        ],
      },
    ],
  )
  const heard = []
  for (let round = 0; round < 4; round++) heard.push(await say('127.0.96.1', 8080, 'hello'))
  expect(heard.sort()).toEqual([
    'one heard hello',
    'one heard hello',
    'other heard hello',
    'other heard hello',
  ])
  expect(await say('127.0.96.1', 9090, 'hi')).toBe('admin heard hi')
})

test('a service without ready pods refuses, and serves when one becomes ready', async () => {
  const port = await startPod('one')
  const services = [{ metadata, spec: { clusterIP: '127.0.96.2', ports: [{ port: 8088 }] } }]
  const ready = [{ metadata, subsets: [{ addresses: [{ ip: '127.0.0.1' }], ports: [{ port }] }] }]
  const made = proxies()
  await made.update(services, [])
  await expect(say('127.0.96.2', 8088, '')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  await made.update(services, ready)
  expect(await say('127.0.96.2', 8088, 'hello')).toBe('one heard hello')
  await made.update([], ready)
  await expect(say('127.0.96.2', 8088, '')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
})

test('a pod that does not answer any more breaks the connection, as it would itself', async () => {
  const gone = await startPod('gone')
  await opened.pop()?.close()
  await proxies().update(
    [{ metadata, spec: { clusterIP: '127.0.96.3', ports: [{ port: 8088 }] } }],
    [{ metadata, subsets: [{ addresses: [{ ip: '127.0.0.1' }], ports: [{ port: gone }] }] }],
  )
  await expect(say('127.0.96.3', 8088, 'hello')).rejects.toMatchObject({ code: 'ECONNRESET' })
})

test('packets reach a pod, and its answers their sender', async () => {
  const pod = createSocket('udp4')
  opened.push(pod)
  pod.on('message', (packet, { port, address }) => pod.send(`heard ${packet}`, port, address))
  pod.bind(0, '127.0.0.1')
  await once(pod, 'listening')
  const ports = [{ protocol: 'UDP', port: 5353 }]
  await proxies().update(
    [{ metadata, spec: { clusterIP: '127.0.96.4', ports } }],
    [
      {
        metadata,
        subsets: [
          { addresses: [{ ip: '127.0.0.1' }], ports: [{ protocol: 'UDP', port: pod.address().port }] },
        ],
      },
    ],
  )
  const clients = [createSocket('udp4'), createSocket('udp4')]
  opened.push(...clients)
  for (const [index, client] of clients.entries()) {
    client.send(`${index}`, 5353, '127.0.96.4')
    const [answer] = await once(client, 'message')
    expect(String(answer)).toBe(`heard ${index}`)
  }
})

test('an address that cannot be listened at is told, and the others are served', async () => {
  const port = await startPod('one')
  const taken = createServer().listen(8088, '127.0.96.5')
  opened.push(taken)
  await once(taken, 'listening')
  const refused: string[] = []
  const subsets = [{ addresses: [{ ip: '127.0.0.1' }], ports: [{ port }] }]
  const other = { namespace: 'shop', name: 'other' }
  await proxies(refused).update(
    [
      { metadata, spec: { clusterIP: '127.0.96.5', ports: [{ port: 8088 }] } },
      { metadata: other, spec: { clusterIP: '127.0.96.6', ports: [{ port: 8088 }] } },
    ],
    [
      { metadata, subsets },
      { metadata: other, subsets },
    ],
  )
  expect(refused).toEqual(['TCP 127.0.96.5:8088'])
  expect(await say('127.0.96.6', 8088, 'hello')).toBe('one heard hello')
})

test('with affinity a client stays with its pod until it was away for long, or the pod is gone', () => {
  let now = 0
  const endpoints = [1, 2, 3].map(port => ({ ip: '10.88.0.2', port }))
  const frontend = { protocol: 'TCP', ip: '10.96.0.9', port: 8088, endpoints, affinityMs: 1000 } as const
  const balancer = new Balancer(frontend, () => now)
  const first = balancer.choose('10.88.0.9')
  expect(balancer.choose('10.88.0.8')).not.toEqual(first)
  now = 900
  expect(balancer.choose('10.88.0.9')).toEqual(first)
  now = 1800
  expect(balancer.choose('10.88.0.9')).toEqual(first)
  balancer.update({ ...frontend, endpoints: endpoints.filter(({ port }) => port !== first.port) })
  expect(balancer.choose('10.88.0.9')).not.toEqual(first)
})

test('a port of the node leads where the service does', () => {
  const ports = [{ name: 'http', port: 80, nodePort: 30_080 }]
  const subsets = [{ addresses: [{ ip: '10.88.0.2' }], ports: [{ name: 'http', port: 3000 }] }]
  const service = { metadata, spec: { type: 'NodePort', clusterIP: '10.96.1.1', ports } }
  const endpoints = [{ ip: '10.88.0.2', port: 3000 }]
  expect(frontendsOf([service], [{ metadata, subsets }])).toMatchObject([
    { ip: '10.96.1.1', port: 80, endpoints },
    { ip: '10.88.0.1', port: 30_080, endpoints },
  ])
})
