import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Failure } from '../../src/model/failure.ts'
import { startInit } from '../../src/sandbox/runtime/start-init.ts'

/** Why this machine cannot run the sandbox; undefined where it can. */
export const sandboxObstacle = await findObstacle()

/** The same, to be said in the name of what is skipped; empty where nothing is. */
export const obstacle = sandboxObstacle ? ` (skipped: ${sandboxObstacle.why ?? sandboxObstacle.message})` : ''

async function findObstacle(): Promise<Failure | undefined> {
  if (process.platform !== 'linux') return { code: 'sandbox/platform', message: 'this is not Linux' }
  const folder = mkdtempSync(path.join(tmpdir(), 'devloop-obstacle-'))
  const started = await startInit(path.join(folder, 'run'))
  if (started.ok) await started.value.close()
  rmSync(folder, { recursive: true, force: true })
  if (started.ok) return undefined
  // Where the machine says no, it is known how to mend that. Anything else is a fault of the sandbox, which no test may be skipped for.
  if (started.failure.cure === undefined) throw new Error(JSON.stringify(started.failure))
  return started.failure
}
