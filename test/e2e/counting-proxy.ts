import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** Stands in front of a server on this machine, and counts what passes. */
export interface CountingProxy extends AsyncDisposable {
  readonly port: number
  /** Bytes from clients to the server so far, with all that HTTP puts around them. */
  readonly sent: number
  /** Bytes from the server to clients so far. */
  readonly received: number
}

export async function openCountingProxy(target: number): Promise<CountingProxy> {
  let sent = 0
  let received = 0
  const sockets = new Set<Socket>()
  const server = createServer(client => {
    const upstream = connect(target, '127.0.0.1')
    client.on('data', chunk => {
      sent += chunk.length
    })
    upstream.on('data', chunk => {
      received += chunk.length
    })
    client.pipe(upstream).pipe(client)
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.once('close', () => {
        sockets.delete(socket)
        client.destroy()
        upstream.destroy()
      })
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    get sent() {
      return sent
    },
    get received() {
      return received
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
