import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { openSyncStream } from '../../src/sync/stream.ts'
import { localAgent, shells } from './shell-agent.ts'
import { streamRig, value } from './stream-rig.ts'

describe.each(shells)('under %s', (...shell: string[]) => {
  test('what was on its way when the connection broke never comes after what is sent anew', async () => {
    await using rig = await streamRig()
    const { stream: broken } = await rig.open(shell)
    const files = Array.from({ length: 200 }, (_, at) => path.join(rig.root, `${at}`))
    const lost = files.map(file => broken.write(file, Buffer.from('old')))
    broken.close()
    await Promise.all(lost)

    const next = localAgent(shell)
    const opened = await openSyncStream(next.open, AbortSignal.timeout(10_000), { predecessor: broken.agent })
    const stream = value(opened)
    const last = files.at(-1) ?? ''
    value(await stream.write(last, Buffer.from('new')))
    expect(isRunning(broken.agent.pid)).toBe(false)
    expect(await readFile(last, 'utf8')).toBe('new')
    stream.close()
  })

  test('an agent whose end nobody told it of does not hold the next one up for long', async () => {
    await using rig = await streamRig()
    const { stream: silent } = await rig.open(shell)
    const opened = await openSyncStream(localAgent(shell).open, AbortSignal.timeout(10_000), {
      predecessor: silent.agent,
    })
    value(opened).close()
    expect(isRunning(silent.agent.pid)).toBe(false)
  })
})

function isRunning(pid: string): boolean {
  try {
    return process.kill(Number(pid), 0)
  } catch {
    return false
  }
}
