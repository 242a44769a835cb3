import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { launch } from '../../src/sandbox/launch.ts'
import { readRunFile } from '../../src/sandbox/run-file.ts'
import { purge, stop } from '../../src/sandbox/stop.ts'
import { isRunning } from '../processes.ts'
import { obstacle } from './obstacle.ts'

const program = path.join(import.meta.dirname, 'launched-server.ts')

describe.skipIf(obstacle !== '')(`launch${obstacle}`, () => {
  let stateFolder: string
  beforeEach(() => {
    stateFolder = mkdtempSync(path.join(tmpdir(), 'devloop-launch-'))
  })
  afterEach(async () => {
    await stop(stateFolder, AbortSignal.timeout(15_000))
    rmSync(stateFolder, { recursive: true, force: true })
  })

  async function start(behaviour = 'serve', timeoutMs = 10_000) {
    const listener = createServer()
    await new Promise<void>(resolve => listener.listen(0, '127.0.0.1', resolve))
    const { port } = listener.address() as AddressInfo
    const server = [process.execPath, program, behaviour]
    const signal = AbortSignal.timeout(15_000)
    const result = await launch({
      ...{ stateFolder, server, listeners: [listener], signal, timeoutMs },
      endsWithStacks: false,
    })
    return { port, result, listener }
  }

  test('the server is reached at the address that was opened outside of its network, and ends without a trace', async () => {
    const { port, result, listener } = await start()
    expect(result).toEqual({ ok: true, value: undefined })
    expect(listener.listening).toBe(false)
    expect(await text(connect(port, '127.0.0.1'))).toMatch(/^from \d+$/)
    const pid = readRunFile(stateFolder)?.pid ?? 0
    expect(isRunning(pid)).toBe(true)
    expect(await stop(stateFolder, AbortSignal.timeout(15_000))).toEqual({ ok: true, value: undefined })
    expect(isRunning(pid)).toBe(false)
    expect(readdirSync(stateFolder)).toEqual([])
    await expect(text(connect(port, '127.0.0.1'))).rejects.toThrow('ECONNREFUSED')
  })

  test('of two starts one wins, and the other one is told', async () => {
    const both = await Promise.all([start(), start()])
    const failures = both.flatMap(({ result }) => (result.ok ? [] : [result.failure]))
    expect(failures).toMatchObject([{ code: 'sandbox/running' }])
  })

  test.each([
    ['its head', 0],
    ['its first process', 1],
    ['its server', 2],
  ])('after kill -9 of %s nothing runs on, and it starts again', async (_, index) => {
    await start()
    const pid = readRunFile(stateFolder)?.pid ?? 0
    const processes = [pid, ...childrenOf(pid)]
    expect(processes.length).toBeGreaterThan(2)
    process.kill(processes[index] ?? 0, 'SIGKILL')
    while (processes.some(isRunning)) await pause(5)
    expect(readRunFile(stateFolder)).toBeUndefined()
    writeFileSync(path.join(stateFolder, 'run/containers/left'), '')
    writeFileSync(path.join(stateFolder, 'kubeconfig'), '')
    expect((await start()).result.ok).toBe(true)
    expect(readdirSync(path.join(stateFolder, 'run/containers'))).toEqual([])
    expect(readdirSync(stateFolder)).not.toContain('kubeconfig')
  })

  test('a server that is stuck is ended all the same', async () => {
    await start()
    const [, server = 0] = childrenOf(readRunFile(stateFolder)?.pid ?? 0)
    process.kill(server, 'SIGSTOP')
    expect(await stop(stateFolder, AbortSignal.timeout(15_000))).toEqual({ ok: true, value: undefined })
    expect(isRunning(server)).toBe(false)
  })

  test('one whose run file was never written, or was removed, can still be ended', async () => {
    await start()
    const pid = readRunFile(stateFolder)?.pid ?? 0
    rmSync(path.join(stateFolder, 'sandbox.json'))
    expect((await start()).result).toMatchObject({ failure: { code: 'sandbox/running' } })
    expect((await stop(stateFolder, AbortSignal.timeout(15_000))).ok).toBe(true)
    while (isRunning(pid)) await pause(5)
    expect((await start()).result.ok).toBe(true)
  })

  test('a state folder that cannot be made is told, and how to have another one', async () => {
    const file = path.join(stateFolder, 'file')
    writeFileSync(file, '')
    stateFolder = path.join(file, 'sandbox')
    const { result } = await start()
    stateFolder = path.dirname(file)
    expect(result).toMatchObject({
      failure: { why: expect.stringContaining('ENOTDIR'), cure: expect.stringContaining('XDG_STATE_HOME') },
    })
  })

  test('all that it keeps goes when that is asked for, but not while it runs', async () => {
    await start()
    const { signal } = new AbortController()
    expect(await purge(stateFolder, signal)).toMatchObject({ failure: { code: 'sandbox/running' } })
    await stop(stateFolder, signal)
    writeFileSync(path.join(stateFolder, 'certificates.json'), '')
    expect(await purge(stateFolder, signal)).toEqual({ ok: true, value: undefined })
    expect(existsSync(stateFolder)).toBe(false)
  })

  test('a number that another process has by now is not ended', async () => {
    const file = path.join(stateFolder, 'sandbox.json')
    writeFileSync(file, JSON.stringify({ pid: process.pid, startTime: '1', startedAt: '' }))
    expect(readRunFile(stateFolder)).toBeUndefined()
    expect((await stop(stateFolder, AbortSignal.timeout(5000))).ok).toBe(true)
    expect(readdirSync(stateFolder)).toEqual([])
  })

  test('why the server gave up is told', async () => {
    const { result } = await start('refuse')
    expect(result).toMatchObject({ ok: false, failure: { message: 'no certificate', cure: 'Make one.' } })
    expect(readRunFile(stateFolder)).toBeUndefined()
  })

  test('what a server said that crashed is told, and kept in a file', async () => {
    const { result } = await start('crash')
    expect(result).toMatchObject({
      ok: false,
      failure: { code: 'sandbox/start', output: ['it went wrong'] },
    })
    expect(readFileSync(path.join(stateFolder, 'server.log'), 'utf8')).toBe('it went wrong\n')
  })

  test('a server that is never ready is ended', async () => {
    const { result } = await start('hang', 1000)
    expect(result).toMatchObject({
      ok: false,
      failure: { message: "the sandbox's server was not ready within 1 s" },
    })
    expect(readRunFile(stateFolder)).toBeUndefined()
  })

  test('a socket that was taken over is not lost while a second start is refused', async () => {
    const { port } = await start()
    await start()
    expect(await text(connect(port, '127.0.0.1'))).toMatch(/^from/)
  })
})

function childrenOf(pid: number): readonly number[] {
  const own = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
  const children = own === '' ? [] : own.split(' ').map(Number)
  return [...children, ...children.flatMap(childrenOf)]
}
