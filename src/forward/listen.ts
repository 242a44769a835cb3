import { createServer, type Server, type Socket } from 'node:net'
import { fail, ok, type Result } from '../model/result.ts'

export type ListenResult = Result<readonly Server[], NodeJS.ErrnoException>

/** A machine without IPv6 has one loopback address only. */
const withoutFamily: ReadonlySet<string | undefined> = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT'])

/**
 * Opens a local port. `localhost` is both loopback addresses: which of them a client tries first is its own choice,
 * and another process must not answer on the other one.
 */
export async function listen(
  host: string,
  port: number,
  onClient: (client: Socket) => void,
): Promise<ListenResult> {
  if (host !== 'localhost') {
    const one = await listenOn(host, port, onClient)
    return one.ok ? ok([one.value]) : one
  }
  const four = await listenOn('127.0.0.1', port, onClient)
  if (!four.ok) return four
  const six = await listenOn('::1', port, onClient)
  if (six.ok) return ok([four.value, six.value])
  if (withoutFamily.has(six.failure.code)) return ok([four.value])
  await closeServer(four.value)
  return six
}

/** The first port above `port` that can be opened, of the next few. */
export async function findFreePort(host: string, port: number): Promise<number | undefined> {
  const tries = 20
  for (let candidate = port + 1; candidate <= Math.min(port + tries, 65_535); candidate++) {
    const opened = await listen(host, candidate, client => client.destroy())
    if (!opened.ok) continue
    await Promise.all(opened.value.map(closeServer))
    return candidate
  }
  return undefined
}

/** Resolves when the port is free; the connections must end by other means. */
export function closeServer(server: Server): Promise<void> {
  return new Promise(resolve => server.close(() => resolve()))
}

function listenOn(
  host: string,
  port: number,
  onClient: (client: Socket) => void,
): Promise<Result<Server, NodeJS.ErrnoException>> {
  return new Promise(resolve => {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, onClient)
    server.once('error', error => resolve(fail(error)))
    server.listen({ host, port, exclusive: true }, () => {
      // What fails later is the taking of one connection (out of file descriptors); the port stays open.
      server.on('error', () => {})
      resolve(ok(server))
    })
  })
}
