import { type ChildProcess, spawn } from 'node:child_process'
import type { Readable } from 'node:stream'

export interface ProcessOptions {
  readonly command: string
  readonly args: readonly string[]
  /** File descriptors of this process, or pipes to it; its stdin is empty. From the fourth on they are further ones. */
  readonly stdout: number | 'pipe'
  readonly stderr: number | 'pipe'
  readonly others: readonly (number | 'pipe')[]
  readonly cwd?: string
}

export interface DetachedProcess {
  readonly child: ChildProcess
  /** What it could not be started for; undefined where it runs. */
  readonly started: Promise<NodeJS.ErrnoException | undefined>
  readonly stderr: Readable | null
}

/**
 * Starts a process that does not end with this one, and is given open files of it. Besides `util/exec.ts` this is the only
 * place that starts processes: what `exec` promises, that nothing outlives it, is what the sandbox must not have.
 */
export function spawnDetached({
  command,
  args,
  stdout,
  stderr,
  others,
  cwd,
}: ProcessOptions): DetachedProcess {
  const child = spawn(command, args, {
    detached: true,
    stdio: ['ignore', stdout, stderr, ...others],
    ...(cwd !== undefined && { cwd }),
  })
  const { promise: started, resolve } = Promise.withResolvers<NodeJS.ErrnoException | undefined>()
  child.once('spawn', () => resolve(undefined))
  child.once('error', resolve)
  return { child, started, stderr: child.stderr }
}
