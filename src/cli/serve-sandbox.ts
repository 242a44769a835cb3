import { ok } from '../model/result.ts'
import { enterSandbox } from '../sandbox/inside.ts'
import { serveSandbox as serve } from '../sandbox/server.ts'
import { inStateFolder } from '../sandbox/state-folder.ts'
import { sandboxFolder } from '../util/sandbox-place.ts'
import { printFailures } from './failures.ts'

/** The process in which the sandbox is: started by its launcher, never by a person. Gives the exit code where it is not that. */
export async function serveSandbox(): Promise<number> {
  const inside = await enterSandbox(process.env)
  if (!inside)
    return printFailures([
      {
        code: 'sandbox/start',
        message: 'This command is devloop’s own.',
        cure: 'Start the sandbox with `devloop sandbox up`.',
      },
    ])
  // All that the sandbox has made ends with its process.
  process.once('SIGTERM', () => process.exit(0))
  // Its log: on a full disk it goes on without.
  process.stdout.on('error', () => {})
  const folder = sandboxFolder(process.env)
  const served = await inStateFolder(folder, async () => {
    await serve({
      inside,
      folder,
      onNotice: message => void process.stdout.write(`${message}\n`),
    })
    return ok(undefined)
  })
  if (!served.ok) inside.refuse(served.failure)
  return 0
}
