import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { devfileAddresses, stackAddresses } from '../../src/control/address.ts'
import { claimAddress } from '../../src/control/claim.ts'
import { controlClient } from '../../src/control/client.ts'

let folder: string
const servers: Server[] = []
const children: ChildProcess[] = []
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'devloop-claim-'))
})
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  await Promise.all(
    servers.splice(0).map(server => server.listening && new Promise(resolve => server.close(resolve))),
  )
  rmSync(folder, { recursive: true, force: true })
})

const address = () => ({ folder: path.join(folder, 'run'), path: path.join(folder, 'run/up.sock') })

function claim() {
  const server = createServer(socket => socket.resume().end())
  servers.push(server)
  return claimAddress(server, address())
}

/** A process that listens until it is killed, and leaves its socket behind. */
async function listenAndDie() {
  const child = spawn(process.execPath, [
    '-e',
    `require('node:net').createServer().listen(${JSON.stringify(address().path)}, () => console.log('listening'))`,
  ])
  children.push(child)
  await once(child.stdout, 'data')
  child.kill('SIGKILL')
  await once(child, 'exit')
}

test('the socket and its folder are for the user alone', async () => {
  expect(await claim()).toEqual({ ok: true, value: 'claimed' })
  expect(statSync(address().path).mode & 0o777).toBe(0o600)
  expect(statSync(address().folder).mode & 0o777).toBe(0o700)
})

test.runIf(process.getuid?.() === 0)('another user of the machine cannot connect', async () => {
  await claim()
  chmodSync(folder, 0o755)
  const script = `require('node:net').connect(${JSON.stringify(address().path)}).on('connect', () => console.log('in')).on('error', e => console.log(e.code))`
  const ask = async () => {
    const child = spawn(process.execPath, ['-e', script], { uid: 65_534, gid: 65_534, cwd: '/' })
    const [said] = await once(child.stdout, 'data')
    return String(said).trim()
  }
  expect(await ask()).toBe('EACCES')
  // The socket's own rights keep them out as well.
  chmodSync(address().folder, 0o755)
  expect(await ask()).toBe('EACCES')
})

test('a second one finds it taken', async () => {
  await claim()
  expect(await claim()).toEqual({ ok: true, value: 'taken' })
})

test('what a killed process left behind is replaced', async () => {
  await claim()
  await new Promise(resolve => servers.splice(0)[0]?.close(resolve))
  await listenAndDie()
  expect(statSync(address().path).isSocket()).toBe(true)
  expect(await claim()).toEqual({ ok: true, value: 'claimed' })
})

test('of many that start at once over a socket that was left behind exactly one gets it', async () => {
  await claim()
  await new Promise(resolve => servers.splice(0)[0]?.close(resolve))
  for (let round = 0; round < 5; round++) {
    await listenAndDie()
    const claims = await Promise.all(Array.from({ length: 12 }, claim))
    const won = claims.flatMap((one, index) => (one.ok && one.value === 'claimed' ? [index] : []))
    expect(won).toHaveLength(1)
    expect(claims.filter(one => one.ok && one.value === 'taken')).toHaveLength(11)
    await Promise.all(
      servers.splice(0).map(server => server.listening && new Promise(resolve => server.close(resolve))),
    )
  }
})

describe('a folder in which others could put a socket of theirs is refused', () => {
  test('where others may enter it', async () => {
    await claim()
    chmodSync(address().folder, 0o755)
    expect(await claim()).toMatchObject({
      ok: false,
      failure: { code: 'control/address', why: 'Other users may enter it.' },
    })
  })

  test('where it is a link', async () => {
    symlinkSync(folder, address().folder)
    expect(await claim()).toMatchObject({ ok: false, failure: { why: 'It is not a folder.' } })
  })
})

describe('a client', () => {
  const client = () => controlClient({ addresses: [address()], devfile: '/shop/Devfile.ts', answerMs: 100 })

  test('says that no up runs where there is no socket, and where one was left behind', async () => {
    const failure = { code: 'control/not-running', cure: expect.stringContaining('devloop up') }
    expect(await client().status()).toMatchObject({ ok: false, failure })
    await claim()
    await new Promise(resolve => servers.splice(0)[0]?.close(resolve))
    await listenAndDie()
    expect(await client().status()).toMatchObject({ ok: false, failure })
  })

  test('does not wait for ever for one that hangs', async () => {
    const server = createServer(socket => socket.resume())
    servers.push(server)
    await claimAddress(server, address())
    expect(await client().status()).toMatchObject({ ok: false, failure: { code: 'control/silent' } })
  })

  test('says so where another program answers', async () => {
    const server = createServer(socket => socket.resume().end('HTTP/1.1 200 OK\r\n\r\nhello'))
    servers.push(server)
    await claimAddress(server, address())
    expect(await client().status()).toMatchObject({ ok: false, failure: { code: 'control/silent' } })
  })
})

describe('the address', () => {
  const place = (env: Record<string, string>, platform: NodeJS.Platform = 'linux') => ({ env, platform })

  test('is the same by every way to the Devfile, and another one in another checkout', () => {
    const real = path.join(folder, 'Devfile.ts')
    writeFileSync(real, '')
    symlinkSync(folder, path.join(folder, 'link'))
    writeFileSync(path.join(folder, 'other.ts'), '')
    const of = (file: string) => devfileAddresses(path.join(folder, file), place({}))
    expect(of('link/Devfile.ts')).toEqual(of('Devfile.ts'))
    expect(of('other.ts')).not.toEqual(of('Devfile.ts'))
  })

  test('is in the runtime folder, else in one of the user, and never longer than a system takes', () => {
    const of = (env: Record<string, string>) => stackAddresses({ project: 'shop', cluster: 'c' }, place(env))
    const uid = process.getuid?.()
    expect(of({ XDG_RUNTIME_DIR: '/run/user/7' }).map(one => one.folder)).toEqual([
      '/run/user/7/devloop',
      `/tmp/devloop-${uid}`,
    ])
    for (const XDG_RUNTIME_DIR of ['', 'relative', `/${'long/'.repeat(20)}`])
      expect(of({ XDG_RUNTIME_DIR }).map(one => one.folder)).toEqual([`/tmp/devloop-${uid}`])
  })

  test('is a pipe of the user on Windows', () => {
    const [one] = stackAddresses({ project: 'shop', cluster: 'c' }, place({}, 'win32'))
    expect(one?.path).toMatch(/^\\\\\.\\pipe\\devloop-.+-[0-9a-f]{16}$/)
  })
})
