import { randomBytes } from 'node:crypto'
import { PassThrough, Readable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { exec } from '../../src/util/exec.ts'
import { isRunning } from '../processes.ts'

const never = new AbortController().signal
const sh = (script: string) => ({ command: 'sh', args: ['-c', script] })

async function waitUntil(condition: () => boolean): Promise<void> {
  while (!condition()) await pause(5)
}

describe('a process that devloop starts', () => {
  test('shows both outputs line by line, as they come', async () => {
    const lines: string[] = []
    const outcome = await exec({
      ...sh('echo one; echo two >&2; printf "10%%\\r20%%\\n"; printf last'),
      signal: never,
      onLine: line => lines.push(line),
    })
    expect(outcome.status).toBe('succeeded')
    expect(lines.toSorted()).toEqual(['10%', '20%', 'last', 'one', 'two'])
  })

  test('that fails says how, and keeps its last lines', async () => {
    const outcome = await exec({ ...sh('seq 1000; exit 3'), signal: never })
    expect(outcome).toMatchObject({ status: 'failed', exit: 'exit code 3' })
    expect('output' in outcome && outcome.output.at(-1)).toBe('1000')
    expect('output' in outcome && outcome.output.length).toBe(400)
  })

  test('that does not exist is told from one that fails', async () => {
    expect(await exec({ command: 'devloop-no-such-command', args: [], signal: never })).toEqual({
      status: 'not-found',
    })
  })

  test('ends with all its descendants when it is cancelled, even those that ignore SIGTERM', async () => {
    const controller = new AbortController()
    const pids: number[] = []
    const running = exec({
      ...sh('trap "" TERM; echo $$; sh -c \'trap "" TERM; echo $$; sleep 60\' & wait; sleep 60'),
      signal: controller.signal,
      onLine: line => {
        pids.push(Number(line))
        if (pids.length === 2) controller.abort()
      },
    })
    expect(await running).toEqual({ status: 'aborted' })
    await waitUntil(() => !pids.some(isRunning))
  })

  test('leaves no descendant behind when it ends by itself', async () => {
    const outcome = await exec({ ...sh('sleep 60 & echo $!'), signal: never })
    const pid = Number('stdout' in outcome && outcome.stdout[0])
    expect(pid).toBeGreaterThan(0)
    await waitUntil(() => !isRunning(pid))
  })

  test('is given bytes, and gives bytes back, as fast as they are taken', async () => {
    const bytes = randomBytes(3_000_000)
    const pieces: Buffer[] = []
    const outcome = await exec({
      ...sh('cat; echo done >&2'),
      signal: never,
      input: Readable.from([bytes.subarray(0, 1_000_000), bytes.subarray(1_000_000)]),
      async readStdout(stdout) {
        for await (const piece of stdout) pieces.push(piece)
      },
    })
    expect(outcome).toMatchObject({ status: 'succeeded', output: ['done'] })
    expect(Buffer.concat(pieces).equals(bytes)).toBe(true)
  })

  test('ends when nobody reads its output any more', async () => {
    const outcome = await exec({
      ...sh('exec cat /dev/zero'),
      signal: never,
      async readStdout(stdout) {
        for await (const _ of stdout) return
      },
    })
    // By the signal, or where whoever started this process ignores it, by cat's own complaint.
    expect(outcome).toMatchObject({ status: 'failed', exit: expect.stringMatching(/SIGPIPE|exit code 1/) })
  })

  test('may end before it has read its input, which is then of no use any more', async () => {
    const input = new PassThrough()
    input.write(Buffer.alloc(1_000_000))
    expect(await exec({ ...sh('exit 3'), signal: never, input })).toMatchObject({ exit: 'exit code 3' })
    expect(input.destroyed).toBe(true)
  })

  test('is ended when it takes too long', async () => {
    expect(await exec({ ...sh('echo begun; sleep 60'), signal: never, timeoutMs: 200 })).toEqual({
      status: 'timed-out',
      output: ['begun'],
    })
  })
})
