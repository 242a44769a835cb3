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

  test('is ended when it takes too long', async () => {
    expect(await exec({ ...sh('echo begun; sleep 60'), signal: never, timeoutMs: 200 })).toEqual({
      status: 'timed-out',
      output: ['begun'],
    })
  })
})
