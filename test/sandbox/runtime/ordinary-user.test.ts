import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { exec } from '../../../src/util/exec.ts'
import { obstacle } from '../obstacle.ts'

const isRoot = process.getuid?.() === 0
const nobody = '65534'
const root = path.join(import.meta.dirname, '../../..')

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** Everybody else runs these tests as an ordinary user anyway. */
test.skipIf(!isRoot || obstacle !== '')(
  `an ordinary user has the same containers, pods, start and edits${obstacle}`,
  { timeout: 120_000 },
  async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'devloop-nobody-'))
    folders.push(folder)
    const user = ['--reuid', nobody, '--regid', nobody, '--clear-groups']
    await exec({ command: 'chown', args: [nobody, folder], signal: AbortSignal.timeout(5000) })
    const vitest = path.join(root, 'node_modules/.bin/vitest')
    const files = [
      'test/sandbox/runtime/containers.test.ts',
      'test/sandbox/runtime/container-streams.test.ts',
      'test/sandbox/runtime/pods.test.ts',
      'test/sandbox/launch.test.ts',
      'test/sync/restart.test.ts',
      'test/sync/stream.test.ts',
    ]
    const outcome = await exec({
      command: 'setpriv',
      args: [...user, vitest, 'run', '--configLoader', 'runner', '--root', root, ...files],
      env: { HOME: folder, TMPDIR: folder },
      signal: AbortSignal.timeout(110_000),
    })
    expect(outcome.status, 'output' in outcome ? outcome.output.slice(-60).join('\n') : '').toBe('succeeded')
  },
)
