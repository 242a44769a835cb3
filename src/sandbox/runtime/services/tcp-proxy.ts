import { connect, createServer, type Socket } from 'node:net'
import type { Closable } from '../../../util/scope.ts'
import type { Balancer } from './balancer.ts'
import type { Frontend } from './frontends.ts'
import { listening } from './listening.ts'

/** Milliseconds for which an endpoint may leave a connection unanswered. */
const connectMs = 10_000

/** Passes connections to a service's port on. Connections outlive the endpoint's readiness, as on a real node. */
export async function startTcpProxy({ ip, port }: Frontend, balancer: Balancer): Promise<Closable> {
  const sockets = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true }, client => {
    const endpoint = balancer.choose(client.remoteAddress ?? '')
    const backend = connect({ host: endpoint.ip, port: endpoint.port, allowHalfOpen: true, noDelay: true })
    backend.setTimeout(connectMs, () => backend.destroy())
    backend.once('connect', () => {
      backend.setTimeout(0)
      client.pipe(backend).pipe(client)
    })
    for (const [one, other] of [
      [client, backend],
      [backend, client],
    ] as const) {
      sockets.add(one)
      // A broken side breaks the other one; what was ended in good order is ended so on the other side, too.
      one.on('error', () => other.resetAndDestroy())
      one.once('close', () => {
        sockets.delete(one)
        if (!one.readableEnded) other.resetAndDestroy()
      })
    }
  })
  await listening(server, 'error', () => server.listen({ host: ip, port, backlog: 1024 }))
  // A connection that could not be taken, for want of files for instance, is not the others' failure.
  server.on('error', () => {})
  return {
    close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}
