import { constants } from 'node:os'
import type { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { execa } from 'execa'
import { readLines } from './lines.ts'

export interface ExecRequest {
  readonly command: string
  readonly args: readonly string[]
  readonly cwd?: string
  /** Added to devloop's own environment. */
  readonly env?: Readonly<Record<string, string>>
  readonly signal: AbortSignal
  /** Milliseconds until the whole process group is ended. */
  readonly timeoutMs?: number
  /** Every line of both outputs as it comes, without its line end, cut to 32,768 characters. */
  readonly onLine?: (line: string) => void
  /**
   * What its stdin is given, which is empty otherwise; destroyed once nobody reads it any more. Destroying it ends the
   * process's stdin.
   */
  readonly input?: Readable
  /** Takes its stdout as bytes in place of lines. Must not reject; what it leaves unread ends the process. */
  readonly readStdout?: (stdout: Readable) => Promise<void>
}

export type ExecOutcome =
  | { readonly status: 'succeeded'; readonly stdout: readonly string[]; readonly output: readonly string[] }
  /** `output` are the last lines of both outputs, as they came. */
  /** `code` is that of the process, where it ended by itself. */
  | {
      readonly status: 'failed'
      readonly exit: string
      readonly code?: number
      readonly output: readonly string[]
    }
  /** There is no such command, or it may not be run. */
  | { readonly status: 'not-found' }
  | { readonly status: 'aborted' }
  | { readonly status: 'timed-out'; readonly output: readonly string[] }

/** The last lines that are kept of a process's output. */
const maxKeptLines = 400
/** How long a process group has to end by itself after SIGTERM, in milliseconds. */
const graceMs = 1_000

/**
 * Runs a command to its end: the only place where devloop starts a process. The command is the head of a process
 * group of its own, and aborting ends the whole group: the promise settles only when the head is gone. Never rejects.
 */
export async function exec(request: ExecRequest): Promise<ExecOutcome> {
  const { command, args, cwd, env, signal, timeoutMs, onLine, input, readStdout } = request
  if (signal.aborted) {
    input?.destroy()
    return { status: 'aborted' }
  }
  const child = execa(command, args, {
    ...(cwd !== undefined && { cwd }),
    ...(env && { env }),
    stdin: input ? 'pipe' : 'ignore',
    buffer: false,
    reject: false,
    detached: true,
    cleanup: false,
  })
  const stdout: string[] = []
  const output: string[] = []
  const keep = (line: string) => {
    output.push(line)
    if (output.length > maxKeptLines) output.shift()
    onLine?.(line)
  }
  const read = Promise.all([
    readStdout
      ? readBytes(child.stdout, readStdout)
      : readLines(child.stdout, line => {
          if (stdout.length < maxKeptLines) stdout.push(line)
          keep(line)
        }),
    readLines(child.stderr, keep),
    input && feed(input, child.stdin),
  ])
  const group = child.pid === undefined ? undefined : trackGroup(child.pid)
  let hasTimedOut = false
  const end = () => group?.end()
  const timer =
    timeoutMs === undefined
      ? undefined
      : setTimeout(() => {
          hasTimedOut = true
          end()
        }, timeoutMs)
  signal.addEventListener('abort', end, { once: true })
  // What the head leaves behind in its group would hold the pipes open, and outlive devloop.
  child.nodeChildProcess.once('exit', () => group?.finish())
  const result = await child
  clearTimeout(timer)
  signal.removeEventListener('abort', end)
  group?.finish()
  await read

  if (signal.aborted) return { status: 'aborted' }
  if (hasTimedOut) return { status: 'timed-out', output }
  if (result.code === 'ENOENT' || result.code === 'EACCES') return { status: 'not-found' }
  if (result.failed) {
    const { exitCode } = result
    return {
      status: 'failed',
      exit: describeExit(result),
      ...(exitCode !== undefined && { code: exitCode }),
      output,
    }
  }
  return { status: 'succeeded', stdout, output }
}

/** A process that writes on after its reader has left is ended by the system. */
async function readBytes(stdout: Readable, read: NonNullable<ExecRequest['readStdout']>): Promise<void> {
  await read(stdout)
  stdout.destroy()
}

/** How the process ended says why it did not read everything. */
async function feed(input: Readable, stdin: Writable | null): Promise<void> {
  if (stdin) await pipeline(input, stdin).catch(() => {})
  else input.destroy()
}

const groups = new Set<Group>()

interface Group {
  /** Asks the group to end, and after the grace makes it. */
  end(): void
  /** The head has ended: what is left of the group ends at once. */
  finish(): void
  kill(): void
}

function trackGroup(head: number): Group {
  let timer: NodeJS.Timeout | undefined
  const signalGroup = (name: NodeJS.Signals) => {
    try {
      process.kill(-head, name)
    } catch {
      // The group has ended already.
    }
  }
  const group: Group = {
    end() {
      signalGroup('SIGTERM')
      timer ??= setTimeout(group.kill, graceMs)
    },
    finish() {
      clearTimeout(timer)
      groups.delete(group)
      group.kill()
    },
    kill: () => signalGroup('SIGKILL'),
  }
  groups.add(group)
  return group
}

/** Ends every process that is still running, at once: for the last moment of devloop's own process. */
export function killAllProcesses(): void {
  for (const group of groups) group.kill()
}

function describeExit({
  exitCode,
  signal,
}: {
  exitCode?: number | undefined
  signal?: string | undefined
}): string {
  if (signal !== undefined) return `signal ${signal}`
  const signalNumber = (exitCode ?? 0) - 128
  const name = Object.entries(constants.signals).find(([, number]) => number === signalNumber)?.[0]
  return `exit code ${exitCode}${name ? ` (${name})` : ''}`
}
