import { createSocket } from 'node:dgram'
import { createServer, type Socket } from 'node:net'
import { decode, encode, type Packet } from 'dns-packet'
import type { Closable } from '../../../util/scope.ts'
import type { EndpointsFacts, ServiceFacts } from '../services/facts.ts'
import { listening } from '../services/listening.ts'
import { answerQuery } from './answer.ts'
import { type FindHostName, hostNames } from './host-names.ts'
import { makeZone } from './zone.ts'

/** The cluster's DNS. */
export interface DnsServer extends Closable {
  readonly port: number
  /** All that there are now. */
  update(services: readonly ServiceFacts[], endpoints: readonly EndpointsFacts[]): void
}

export interface DnsOptions {
  readonly address: string
  /** 0 for any. */
  readonly port: number
  readonly findOther?: FindHostName
}

/** Bytes of a packet without fragments, where the client does not say that it takes less (RFC 6891). */
const maxUdpBytes = 1_232
const plainUdpBytes = 512
const isTruncated = 0x200
/** Milliseconds for which a connection may be silent. */
const idleMs = 10_000
/** Connections at one time. */
const maxConnections = 256

/** Listens for both UDP and TCP; rejects where the address is taken. */
export async function startDnsServer({
  address,
  port,
  findOther = hostNames(),
}: DnsOptions): Promise<DnsServer> {
  let zone = makeZone([], [])
  const answer = async (message: Buffer): Promise<Answered | undefined> => {
    const query = read(message)
    if (query?.type !== 'query') return undefined
    return { query, response: await answerQuery(query, zone, findOther) }
  }

  const udp = createSocket('udp4')
  udp.on('message', async (message, client) => {
    const answered = await answer(message)
    if (answered && !isClosed) udp.send(fitUdp(answered), client.port, client.address)
  })
  await listening(udp, 'error', () => udp.bind(port, address))
  // Sending to a client that has gone is nobody's failure.
  udp.on('error', () => {})

  const connections = new Set<Socket>()
  const tcp = createServer({ noDelay: true }, connection => {
    connections.add(connection)
    connection.setTimeout(idleMs, () => connection.destroy())
    connection.on('error', () => connection.destroy())
    connection.once('close', () => connections.delete(connection))
    readFramed(connection, async message => {
      const answered = await answer(message)
      if (answered) connection.write(framed(encode(answered.response)))
      else connection.destroy()
    })
  })
  tcp.maxConnections = maxConnections
  const bound = udp.address().port
  try {
    await listening(tcp, 'error', () => tcp.listen(bound, address))
  } catch (error) {
    udp.close()
    throw error
  }
  // A connection that could not be taken, for want of files for instance, is not the others' failure.
  tcp.on('error', () => {})

  let isClosed = false
  return {
    port: bound,
    update(services, endpoints) {
      zone = makeZone(services, endpoints)
    },
    close() {
      isClosed = true
      udp.close()
      tcp.close()
      for (const connection of connections) connection.destroy()
    },
  }
}

interface Answered {
  readonly query: Packet
  readonly response: Packet
}

/** Undefined where it is no message: whoever sends that gets no answer. */
function read(message: Buffer): Packet | undefined {
  try {
    return decode(message)
  } catch {
    return undefined
  }
}

/** What does not fit is asked for again by TCP. */
function fitUdp({ query, response }: Answered): Buffer {
  const extension = query.additionals?.find(({ type }) => type === 'OPT')
  const offered = extension && 'udpPayloadSize' in extension ? extension.udpPayloadSize : plainUdpBytes
  const bytes = encode(response)
  if (bytes.length <= Math.min(Math.max(offered, plainUdpBytes), maxUdpBytes)) return bytes
  return encode({ ...response, flags: (response.flags ?? 0) | isTruncated, answers: [], additionals: [] })
}

/** By TCP each message has its length before it (RFC 1035, 4.2.2). */
function framed(message: Buffer): Buffer {
  const length = Buffer.alloc(2)
  length.writeUInt16BE(message.length)
  return Buffer.concat([length, message])
}

function readFramed(connection: Socket, take: (message: Buffer) => void): void {
  let rest: Buffer = Buffer.alloc(0)
  connection.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk])
    while (rest.length >= 2) {
      const end = 2 + rest.readUInt16BE()
      if (rest.length < end) return
      take(rest.subarray(2, end))
      rest = rest.subarray(end)
    }
  })
}
