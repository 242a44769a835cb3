import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import type { Closable } from '../../../util/scope.ts'
import type { Balancer } from './balancer.ts'
import type { Frontend } from './frontends.ts'
import { listening } from './listening.ts'

/** Milliseconds without a packet after which a client counts as a new one, as for the kernel's connection tracking. */
const idleMs = 180_000
/** Clients at one time; packets of further ones are lost, as in any full network. */
const maxFlows = 4_096

/** Passes packets to a service's port on, and the answers back. */
export async function startUdpProxy({ ip, port }: Frontend, balancer: Balancer): Promise<Closable> {
  const server = createSocket('udp4')
  const flows = new Map<string, Flow>()
  server.on('message', (packet, client) => {
    const name = `${client.address}:${client.port}`
    const known = flows.get(name)
    if (!known && flows.size >= maxFlows) return
    const flow = known ?? openFlow(server, client, balancer, () => flows.delete(name))
    flows.set(name, flow)
    flow.send(packet)
  })
  await listening(server, 'error', () => server.bind(port, ip))
  server.on('error', () => {})
  return {
    close() {
      for (const flow of [...flows.values()]) flow.close()
      server.close()
    },
  }
}

interface Flow {
  send(packet: Buffer): void
  close(): void
}

function openFlow(server: Socket, client: RemoteInfo, balancer: Balancer, onClose: () => void): Flow {
  const endpoint = balancer.choose(client.address)
  const upstream = createSocket('udp4')
  let isClosed = false
  const close = () => {
    if (isClosed) return
    isClosed = true
    clearTimeout(timer)
    upstream.close()
    onClose()
  }
  const timer = setTimeout(close, idleMs)
  upstream.on('message', packet => {
    timer.refresh()
    if (!isClosed) server.send(packet, client.port, client.address)
  })
  upstream.on('error', close)
  return {
    send(packet) {
      timer.refresh()
      upstream.send(packet, endpoint.port, endpoint.ip)
    },
    close,
  }
}
