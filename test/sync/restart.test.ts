import { afterEach, describe, expect, test } from 'vitest'
import { ok } from '../../src/model/result.ts'
import { openSyncStream } from '../../src/sync/stream.ts'
import { localAgent, shells } from './shell-agent.ts'
import { ownNamespace, type Supervised, supervise } from './supervisor-rig.ts'

let supervised: Supervised | undefined
afterEach(() => supervised?.[Symbol.dispose]())

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
    const into = await supervised.open()
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
    const into = await supervised.open(code => crashed.resolve(code))
    for (let turn = 0; turn < 2; turn++) {
      crashed = Promise.withResolvers()
      expect(await into.restart()).toMatchObject({ ok: true })
      expect(await crashed.promise).toBe(3)
    }
  })

  test('without a supervisor it is refused, with what to do', async () => {
    const alone = localAgent([...ownNamespace, ...shell])
    const opened = await openSyncStream(alone.open, AbortSignal.timeout(10_000))
    if (!opened.ok) throw new Error(opened.failure.message)
    expect(await opened.value.restart()).toMatchObject({
      ok: false,
      failure: { kind: 'refused', cure: expect.stringContaining('deploy') },
    })
    opened.value.close()
  })
})
