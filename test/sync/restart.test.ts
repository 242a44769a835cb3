import { afterEach, describe, expect, test } from 'vitest'
import { ok } from '../../src/model/result.ts'
import { type OpenAgent, openSyncStream, type SyncStream } from '../../src/sync/stream.ts'
import { localAgent, shells } from './shell-agent.ts'
import { type Supervised, supervise } from './supervisor-rig.ts'

let supervised: Supervised | undefined
let stream: SyncStream | undefined
afterEach(() => {
  stream?.close()
  supervised?.[Symbol.dispose]()
})

/** Starts the agent beside the supervised command, as an exec into its container would. */
function openInto(target: Supervised, shell: readonly string[], onCrash: (code: number) => void = () => {}) {
  const beside = [
    'nsenter',
    `--pid=/proc/${target.pid}/ns/pid_for_children`,
    `--mount=/proc/${target.supervisorPid}/ns/mnt`,
  ]
  return open(localAgent([...beside, ...shell]).open, onCrash)
}

async function open(agent: OpenAgent, onCrash: (code: number) => void = () => {}): Promise<SyncStream> {
  const opened = await openSyncStream(agent, AbortSignal.timeout(10_000), { onCrash })
  if (!opened.ok) throw new Error(opened.failure.message)
  stream = opened.value
  return stream
}

/** Is told by its input how it fares. */
const obedient = `
  read -r word
  echo "$word"
  [ "$word" = good ] || exit 3
  exec sleep 1000`

describe.each(shells)('under %s', (...shell: string[]) => {
  test('a restart is answered when the new process runs', async () => {
    supervised = supervise(shell, 'echo "started"; exec sleep 1000')
    await supervised.line(1)
    const into = await openInto(supervised, shell)
    for (let turn = 2; turn <= 4; turn++) {
      expect(await into.restart()).toMatchObject(ok({ tookMs: expect.any(Number) }))
      await supervised.line(turn)
    }
  })

  test('a process that fails after a restart is told with its exit code, and each time anew', async () => {
    supervised = supervise(shell, obedient)
    supervised.input.write('good\nbad\nbad\n')
    await supervised.line(1)
    let crashed = Promise.withResolvers<number>()
    const into = await openInto(supervised, shell, code => crashed.resolve(code))
    for (let turn = 0; turn < 2; turn++) {
      crashed = Promise.withResolvers()
      expect(await into.restart()).toMatchObject({ ok: true })
      expect(await crashed.promise).toBe(3)
    }
  })

  test('without a supervisor it is refused, with what to do', async () => {
    const into = await open(
      localAgent(['unshare', '--pid', '--mount-proc', '--fork', '--kill-child', ...shell]).open,
    )
    expect(await into.restart()).toMatchObject({
      ok: false,
      failure: { kind: 'refused', cure: expect.stringContaining('deploy') },
    })
  })
})
