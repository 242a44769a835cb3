import { once } from 'node:events'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { obstacle } from '../obstacle.ts'
import { execute, openRig, type Rig, readLog, until } from './rig.ts'

describe.skipIf(obstacle !== '')(`streams of containers${obstacle}`, () => {
  let rig: Rig
  beforeAll(async () => {
    rig = await openRig()
  })
  afterAll(() => rig[Symbol.asyncDispose]())

  test('a program in a terminal has one, of the size that is said, and its processes see the keys', async () => {
    const pod = await rig.pod()
    const container = await rig.start(pod, { command: ['cat'], hasTty: true, hasStdin: true })
    const signal = AbortSignal.timeout(10_000)
    const exec = await container.exec({ command: ['sh'], hasStdin: true, hasTty: true, signal })
    if (!exec.ok) throw new Error(exec.failure.message)
    const { stdin, stdout, stderr, exited, resize } = exec.value
    expect(stderr).toBeUndefined()
    resize.call(exec.value, 101, 33)
    stdin?.write('tty; stty size; echo "$TERM"\n')
    expect(await until(stdout, /33 101\r\nxterm\r\n/)).toMatch(/\/dev\/pts\/\d+/)
    stdin?.write("sh -c 'echo asleep; exec sleep 1000'\n")
    await until(stdout, /asleep\r\n/)
    stdin?.write('\u0003')
    await until(stdout, /\^C[\s\S]*# /)
    stdin?.write('exit 7\n')
    expect(await exited).toEqual({ exitCode: 7 })
    const attached = container.attach()
    attached.stdin?.write('typed\r')
    await until(attached.stdout, /typed\r\ntyped\r\n/)
    attached.stdin?.write('\u0004')
    expect((await container.exited).exitCode).toBe(0)
    await pod.remove()
  })

  test('whoever attaches sees what comes from then on, and the end of the input reaches the program', async () => {
    const pod = await rig.pod()
    const container = await rig.start(pod, { command: ['sh', '-c', 'cat; echo done >&2'], hasStdin: true })
    const { stdin, stdout, stderr } = container.attach()
    stdin?.write('one\n')
    await until(stdout, /one\n/)
    stdin?.end('two\n')
    if (!stderr) throw new Error('it has no terminal')
    await until(stderr, /done/)
    expect((await container.exited).exitCode).toBe(0)
    expect(rig.log(container)).toEqual(['stdout F one', 'stdout F two', 'stderr F done'])
    await pod.remove()
  })

  test('whoever is attached and does not read holds nothing up once the container is ended', async () => {
    const pod = await rig.pod()
    const container = await rig.start(pod, { command: ['sh', '-c', 'yes'] })
    const { stdout } = container.attach()
    await once(stdout, 'readable')
    container.kill('SIGKILL')
    expect(await container.exited).toMatchObject({ exitCode: 137, signal: 9 })
    await pod.remove()
  })

  test('a stream that is held open answers each message, and ends when it is cancelled', async () => {
    const pod = await rig.pod()
    const container = await rig.start(pod, { command: ['sleep', '1000'] })
    const cancelling = new AbortController()
    const { signal } = cancelling
    const exec = await container.exec({ command: ['cat'], hasStdin: true, hasTty: false, signal })
    if (!exec.ok) throw new Error(exec.failure.message)
    for (let round = 0; round < 100; round++) {
      exec.value.stdin?.write(`${round}\n`)
      await until(exec.value.stdout, new RegExp(`^${round}\n`))
    }
    cancelling.abort()
    expect(await exec.value.exited).toEqual({ exitCode: 137 })
    await pod.remove()
  })

  test('megabytes pass in both directions without loss', async () => {
    const pod = await rig.pod()
    const container = await rig.start(pod, { command: ['sleep', '1000'] })
    const input = '0123456789abcde\n'.repeat(512 * 1024)
    const { stdout } = await execute(container, ['cat'], input)
    expect(stdout === input).toBe(true)
    await pod.remove()
  })

  test('lines longer than 16 KiB are logged in parts', async () => {
    const pod = await rig.pod()
    const logFile = path.join(rig.folder, 'long')
    const container = await rig.start(pod, {
      command: ['sh', '-c', 'head -c 40000 /dev/zero | tr "\\0" x; echo'],
      logFile,
    })
    await container.exited
    expect(readLog(logFile).map(line => [line.slice(0, 8), line.length - 9])).toEqual([
      ['stdout P', 16_384],
      ['stdout P', 16_384],
      ['stdout F', 7_232],
    ])
    await pod.remove()
  })
})
