import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { relayShell } from '../../src/control/shell.ts'
import type { TerminalSize } from '../../src/model/kube-api.ts'
import type { Shell } from '../../src/model/shell.ts'
import { createRig } from './rig.ts'

/** A shell that says again what is typed, until `exit`. */
function echoingShell() {
  const streams = new PassThrough()
  const ended = Promise.withResolvers<string | undefined>()
  const sizes: TerminalSize[] = []
  const shell: Shell = {
    pod: 'web-1',
    container: 'web',
    streams,
    resize: size => void sizes.push(size),
    ended: ended.promise,
  }
  return { shell, streams, end: ended.resolve, sizes }
}

async function openRemote() {
  const rig = await createRig()
  const far = echoingShell()
  rig.putShell('web', far.shell)
  const opened = await rig.client.openShell('web', { columns: 80, rows: 24 })
  if (!opened.ok) throw new Error(opened.failure.message)
  return { rig, far, near: opened.value }
}

test('a shell of another process has what is typed, what is shown, and the size of the terminal', async () => {
  const { far, near } = await openRemote()
  expect(near).toMatchObject({ pod: 'web-1', container: 'web' })
  const typed = Buffer.from([0x65, 0xc3, 0x28, 0x00, 0x1b, 0x0d])
  near.streams.write(typed)
  expect((await once(near.streams, 'data'))[0]).toEqual(typed)
  near.resize({ columns: 100, rows: 30 })
  await expect.poll(() => far.sizes).toEqual([{ columns: 100, rows: 30 }])
  far.end(undefined)
  expect(await near.ended).toBe(undefined)
})

test('a shell ends with its screen, and its screen is told when up ends', async () => {
  const { far, near } = await openRemote()
  const gone = once(far.streams, 'close')
  near.streams.destroy()
  await gone

  const other = await openRemote()
  other.near.streams.resume()
  await other.rig.end()
  expect(await other.near.ended).toBe('the shell has ended with devloop up')
})

test('much output goes through in order, however slowly it is read', async () => {
  const { far, near } = await openRemote()
  const sent = Buffer.from(Array.from({ length: 3_000_000 }, (_, index) => index % 251))
  far.streams.end(sent)
  const parts: Buffer[] = []
  let size = 0
  for await (const part of near.streams) {
    parts.push(part)
    size += part.length
    if (size === sent.length) break
  }
  expect(Buffer.concat(parts).equals(sent)).toBe(true)
})

test('a connection that says something else is closed, and the shell with it', async () => {
  const { shell, streams } = echoingShell()
  const connection = new PassThrough()
  void relayShell(shell, connection)
  const gone = once(streams, 'close')
  connection.write('{"input":7}\n')
  await gone
  expect(connection.destroyed).toBe(true)
})

test.each([
  ['another path', '/v1/status', 'devloop-shell', 404],
  ['another protocol', '/v1/shell?service=web&columns=80&rows=24', 'websocket', 404],
  ['no size', '/v1/shell?service=web', 'devloop-shell', 400],
  ['an unknown service', '/v1/shell?service=wep&columns=80&rows=24', 'devloop-shell', 404],
  ['a service without a container', '/v1/shell?service=web&columns=80&rows=24', 'devloop-shell', 409],
])('a request for a shell with %s is refused', async (_, path, protocol, status) => {
  const { send } = await createRig()
  const answer = await send(
    `GET ${path} HTTP/1.1\r\nHost: up\r\nConnection: Upgrade\r\nUpgrade: ${protocol}\r\n\r\n`,
  )
  expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
  expect(answer).toContain('"failure"')
})
