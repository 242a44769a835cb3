import { type ChildProcess, spawn } from 'node:child_process'
import type { Server } from 'node:net'

export interface ProcessOptions {
  readonly command: string
  readonly args: readonly string[]
  /** Added to devloop's own environment. */
  readonly env?: Readonly<Record<string, string>>
  /** File descriptors of this process, or pipes to it; its stdin is empty. */
  readonly stdout: number | 'pipe'
  readonly stderr: number | 'pipe'
  /** Its files from the fourth on. */
  readonly others: readonly (number | 'pipe')[]
}

export interface DetachedProcess {
  readonly child: ChildProcess
  /** What it could not be started for; undefined where it runs. */
  readonly started: Promise<Error | undefined>
}

/**
 * Starts a process that does not end with this one, and is given open files of it. Besides `util/exec.ts` this is the only
 * place that starts processes: what `exec` promises, that nothing outlives it, is what the sandbox must not have.
 */
export function spawnDetached({
  command,
  args,
  env,
  stdout,
  stderr,
  others,
}: ProcessOptions): DetachedProcess {
  const child: ChildProcess = spawn(command, args, {
    detached: true,
    stdio: ['ignore', stdout, stderr, ...others],
    cwd: '/',
    env: { ...process.env, ...env },
  })
  const { promise: started, resolve } = Promise.withResolvers<Error | undefined>()
  child.once('spawn', () => resolve(undefined))
  child.once('error', resolve)
  return { child, started }
}

/** The file descriptor of a server that listens, for a process that takes it over. Node has no public way to it. */
export function descriptorOf(server: Server): number {
  const { _handle: handle } = server as Server & { readonly _handle?: { readonly fd: number } | null }
  if (!handle || handle.fd < 0) throw new Error('the server does not listen')
  return handle.fd
}
