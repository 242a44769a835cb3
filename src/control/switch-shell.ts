import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type Answer, refusal, refused } from './answer.ts'
import { shellQuery } from './requests.ts'
import { type ControlTarget, checkNames } from './routes.ts'
import { relayShell, shellProtocol } from './shell.ts'

/** `GET /v1/shell?service=…&columns=…&rows=…` with `Upgrade`: opens a shell, and gives it the connection. */
export async function switchToShell(
  target: ControlTarget,
  request: IncomingMessage,
  connection: Duplex,
): Promise<void> {
  connection.on('error', () => {})
  const refuse = ({ status, body }: Answer) => {
    connection.end(
      `HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Type: application/json\r\n\r\n${JSON.stringify(body)}\n`,
    )
  }
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://up')
  if (request.method !== 'GET' || pathname !== '/v1/shell' || request.headers.upgrade !== shellProtocol)
    return refuse(refusal(404, 'There is nothing to which this connection could be switched.'))
  const query = shellQuery.safeParse(Object.fromEntries(searchParams))
  if (!query.success)
    return refuse(refusal(400, 'The query has a service, and columns and rows of a terminal.'))
  const { service, ...size } = query.data
  const known = checkNames(target, [service])
  if (!known.ok) return refuse(known.failure)
  const opened = await target.openShell(service, size)
  if (!opened.ok) return refuse(refused(409, { code: 'control/no-shell', message: opened.failure }))
  connection.write(
    `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${shellProtocol}\r\n\r\n`,
  )
  await relayShell(opened.value, connection)
}
