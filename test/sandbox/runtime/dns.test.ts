import { Resolver } from 'node:dns/promises'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { decode, encode } from 'dns-packet'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DnsServer, startDnsServer } from '../../../src/sandbox/runtime/dns/server.ts'

const metadata = (name: string) => ({ namespace: 'shop', name })
const services = [
  {
    metadata: metadata('web'),
    spec: {
      clusterIP: '10.96.7.7',
      ports: [
        { name: 'http', port: 80 },
        { name: 'dns', protocol: 'UDP', port: 53 },
      ],
    },
  },
  { metadata: metadata('db'), spec: { clusterIP: 'None', ports: [{ name: 'sql', port: 5432 }] } },
  { metadata: metadata('mail'), spec: { type: 'ExternalName', externalName: 'mail.example.org' } },
  { metadata: metadata('inner'), spec: { type: 'ExternalName', externalName: 'web.shop.svc.cluster.local' } },
  { metadata: metadata('many'), spec: { clusterIP: 'None' } },
]
const endpoints = [
  {
    metadata: metadata('db'),
    subsets: [
      {
        addresses: [{ ip: '10.88.0.5', hostname: 'db-0' }, { ip: '10.88.0.6' }],
        ports: [{ name: 'sql', port: 15432 }],
      },
    ],
  },
  {
    metadata: metadata('many'),
    subsets: [{ addresses: Array.from({ length: 200 }, (_, index) => ({ ip: `10.88.9.${index}` })) }],
  },
]
const known: Readonly<Record<string, string>> = {
  'mail.example.org': '192.0.2.1',
  'example.org': '192.0.2.2',
}

/** Of its own: a port that is free for UDP may be taken for TCP, by whatever else runs, on the usual one. */
const address = '127.0.7.7'
let server: DnsServer
let resolver: Resolver
beforeAll(async () => {
  server = await startDnsServer({
    address,
    port: 0,
    async findOther(name, family) {
      if (name === 'broken.example.org') return { status: 'failed' }
      const found = family === 4 ? known[name] : undefined
      return found === undefined ? { status: 'unknown' } : { status: 'found', addresses: [found] }
    },
  })
  server.update(services, endpoints)
  resolver = new Resolver({ tries: 1, timeout: 2000 })
  resolver.setServers([`${address}:${server.port}`])
})
afterAll(() => server.close())

test.each([
  ['web.shop.svc.cluster.local', ['10.96.7.7']],
  ['WEB.Shop.svc.cluster.local', ['10.96.7.7']],
  ['db.shop.svc.cluster.local', ['10.88.0.5', '10.88.0.6']],
  ['db-0.db.shop.svc.cluster.local', ['10.88.0.5']],
  ['10-88-0-6.db.shop.svc.cluster.local', ['10.88.0.6']],
  ['10-88-0-5.shop.pod.cluster.local', ['10.88.0.5']],
  ['mail.shop.svc.cluster.local', ['192.0.2.1']],
  ['inner.shop.svc.cluster.local', ['10.96.7.7']],
  ['example.org', ['192.0.2.2']],
])('%s is found', async (name, addresses) => {
  expect(await resolver.resolve4(name)).toEqual(addresses)
})

test.each([
  ['nosuch.shop.svc.cluster.local', 'ENOTFOUND'],
  ['db-1.db.shop.svc.cluster.local', 'ENOTFOUND'],
  ['nosuch.example.org', 'ENOTFOUND'],
  ['broken.example.org', 'ESERVFAIL'],
])('%s is answered at once: %s', async (name, code) => {
  await expect(resolver.resolve4(name)).rejects.toMatchObject({ code })
})

test('a name without an address of the other family is no missing name, or clients would give up', async () => {
  await expect(resolver.resolve6('web.shop.svc.cluster.local')).rejects.toMatchObject({ code: 'ENODATA' })
  await expect(resolver.resolve4('shop.svc.cluster.local')).rejects.toMatchObject({ code: 'ENODATA' })
})

test('service records tell ports: of a service its own, of a headless one those of its pods', async () => {
  expect(await resolver.resolveSrv('_http._tcp.web.shop.svc.cluster.local')).toMatchObject([
    { name: 'web.shop.svc.cluster.local', port: 80, priority: 0, weight: 100 },
  ])
  expect(await resolver.resolveSrv('_dns._udp.web.shop.svc.cluster.local')).toHaveLength(1)
  expect(await resolver.resolveSrv('_sql._tcp.db.shop.svc.cluster.local')).toMatchObject([
    { name: 'db-0.db.shop.svc.cluster.local', port: 15432, priority: 0, weight: 50 },
    { name: '10-88-0-6.db.shop.svc.cluster.local', port: 15432, priority: 0, weight: 50 },
  ])
})

test('an address tells its name', async () => {
  expect(await resolver.resolvePtr('7.7.96.10.in-addr.arpa')).toEqual(['web.shop.svc.cluster.local'])
  expect(await resolver.resolvePtr('5.0.88.10.in-addr.arpa')).toEqual(['db-0.db.shop.svc.cluster.local'])
})

test('an answer that is too long for a packet comes by TCP', async () => {
  expect(await resolver.resolve4('many.shop.svc.cluster.local')).toHaveLength(200)
})

test('two questions in one connection get an answer each', async () => {
  const socket = connect(server.port, address)
  const question = { type: 'A', name: 'web.shop.svc.cluster.local' } as const
  for (const id of [1, 2]) {
    const message = encode({ type: 'query', id, questions: [question] })
    socket.write(Buffer.concat([Buffer.from([0, message.length]), message]))
  }
  const ids: (number | undefined)[] = []
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of socket) {
    rest = Buffer.concat([rest, chunk])
    for (
      ;
      rest.length >= 2 && rest.length >= 2 + rest.readUInt16BE();
      rest = rest.subarray(2 + rest.readUInt16BE())
    )
      ids.push(decode(rest.subarray(2, 2 + rest.readUInt16BE())).id)
    if (ids.length === 2) break
  }
  expect(ids.sort()).toEqual([1, 2])
})

test('what changes is known at once', async () => {
  server.update([{ metadata: metadata('new'), spec: { clusterIP: '10.96.9.9' } }], [])
  expect(await resolver.resolve4('new.shop.svc.cluster.local')).toEqual(['10.96.9.9'])
  await expect(resolver.resolve4('web.shop.svc.cluster.local')).rejects.toMatchObject({ code: 'ENOTFOUND' })
  server.update(services, endpoints)
})

test('where only half of it can listen, neither half does', async () => {
  const own = '127.0.7.8'
  const taken = createServer().listen(0, own)
  await once(taken, 'listening')
  const { port } = taken.address() as AddressInfo
  await expect(startDnsServer({ address: own, port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
  taken.close()
  await once(taken, 'close')
  const server = await startDnsServer({ address: own, port })
  await server.close()
})
