import type { Duplex } from 'node:stream'
import { fail, ok, type Result } from '../../model/result.ts'
import { readLines } from '../../util/lines.ts'
import { connectToInit, type InitClient } from './init-client.ts'
import { initCommand } from './init-command.ts'
import { describeObstacle } from './obstacles.ts'
import { spawnDetached } from './spawn.ts'

/**
 * Starts the sandbox's first process from outside of its namespaces. Everything in it ends with the client's `close`, and
 * with this process.
 *
 * @param run a folder for it alone, absolute; the caller removes it
 */
export async function startInit(run: string): Promise<Result<InitClient>> {
  const [command, ...args] = initCommand(run)
  const { child, started } = spawnDetached({
    command,
    args,
    stdout: 'pipe',
    stderr: 'pipe',
    others: ['pipe'],
  })
  const error = await started
  if (error) return fail(describeObstacle([error.message]))
  child.stdout?.resume()
  const output: string[] = []
  const read = child.stderr && readLines(child.stderr, line => void output.push(line))
  const exited = new Promise(resolve => child.once('exit', resolve))
  try {
    const init = await connectToInit({ control: child.stdio[3] as Duplex, run, isInside: false })
    const close = async () => {
      await init.close()
      await exited
    }
    return ok({ ...init, close })
  } catch {
    await read
    return fail(describeObstacle(output))
  }
}
