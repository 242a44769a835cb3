import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import type { Server } from 'node:net'
import type { Readable } from 'node:stream'
import { type Failure, maxOutputLines } from '../model/failure.ts'
import { fail, ok, type Result } from '../model/result.ts'
import { readLines } from '../util/lines.ts'
import { claimFolder } from './folder-lock.ts'
import { type Launch, type LaunchMessage, launchVariable } from './launch-message.ts'
import { writeRunFile } from './run-file.ts'
import { initCommand } from './runtime/init-command.ts'
import { describeObstacle } from './runtime/obstacles.ts'
import { descriptorOf, spawnDetached } from './runtime/spawn.ts'
import { inStateFolder, logFileOf, runFolderOf } from './state-folder.ts'
import { endRecorded, removeTraces } from './stop.ts'

export interface LaunchOptions {
  /** Absolute; made where it is not there. One sandbox runs in it. */
  readonly stateFolder: string
  /** The command of the server, which begins with `enterSandbox`. */
  readonly server: readonly string[]
  /** Servers that listen for TCP, which the sandbox's server takes over: those of this process are closed. */
  readonly listeners: readonly Server[]
  /** Kept in its run file. */
  readonly endsWithStacks: boolean
  readonly signal: AbortSignal
  /** Milliseconds until the server has to be ready. */
  readonly timeoutMs: number
}

/** Milliseconds in which a server that is not ready has to end. */
const stopMs = 20_000

/** Starts the sandbox's server in namespaces of its own, where it runs on when this process ends. Waits until it is ready. */
export async function launch(options: LaunchOptions): Promise<Result<void>> {
  const { stateFolder, listeners } = options
  try {
    return await inStateFolder(stateFolder, async () => {
      mkdirSync(stateFolder, { recursive: true, mode: 0o700 })
      const lock = await claimFolder(stateFolder)
      if (!lock.ok) return lock
      try {
        return await start(options, lock.value)
      } finally {
        lock.value.close()
      }
    })
  } finally {
    for (const listener of listeners) listener.close()
  }
}

async function start(options: LaunchOptions, lock: Server): Promise<Result<void>> {
  const { stateFolder, signal } = options
  const cleared = await removeTraces(stateFolder, signal)
  if (!cleared.ok) return cleared
  const begun = await begin(options, lock)
  const ready = begun.ok ? await becomeReady(begun.value, options) : begun
  if (ready.ok) return ready
  const late = AbortSignal.timeout(stopMs)
  const ended = await endRecorded(stateFolder, late)
  if (!ended.ok) return ended
  // Why it does not start matters more than what cannot be removed, which the next start tries again.
  await removeTraces(stateFolder, late)
  return ready
}

/** Starts the first process. Gives where the server tells what becomes of it. */
async function begin(options: LaunchOptions, lock: Server): Promise<Result<Readable>> {
  const { stateFolder, server, listeners, endsWithStacks } = options
  const run = runFolderOf(stateFolder)
  const [command, ...args] = initCommand(run, server)
  const log = openSync(logFileOf(stateFolder), 'w', 0o600)
  // The lock is held by whoever has it open: by the first process, for as long as the sandbox runs.
  const others = ['pipe', ...[lock, ...listeners].map(descriptorOf)] as const
  const given: Launch = { run, ready: 3, listeners: listeners.map((_, index) => 5 + index) }
  const { child, started } = spawnDetached({
    ...{ command, args, stdout: log, stderr: log, others },
    env: { [launchVariable]: JSON.stringify(given) },
  })
  closeSync(log)
  const error = await started
  if (error || child.pid === undefined) return fail(describeObstacle([error?.message ?? '']))
  try {
    writeRunFile(stateFolder, { pid: child.pid, endsWithStacks })
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
  child.unref()
  return ok(child.stdio[3] as Readable)
}

async function becomeReady(
  messages: Readable,
  { stateFolder, signal, timeoutMs }: LaunchOptions,
): Promise<Result<void>> {
  const late = AbortSignal.timeout(timeoutMs)
  const outcome = await awaitReady(messages, AbortSignal.any([signal, late]))
  messages.destroy()
  if (outcome.status === 'ready') return ok(undefined)
  if (outcome.status === 'failed') return fail(outcome.failure)
  const logFile = logFileOf(stateFolder)
  return fail(describeSilence(outcome.status, { logFile, isLate: late.aborted, timeoutMs }))
}

type Readiness = LaunchMessage | { readonly status: 'nothing' }

/** The last word of the server before it is ready, has given up, has ended or has to be waited for no longer. */
async function awaitReady(messages: Readable, signal: AbortSignal): Promise<Readiness> {
  let last: Readiness = { status: 'nothing' }
  const { promise: decided, resolve } = Promise.withResolvers<void>()
  const read = readLines(messages, line => {
    last = JSON.parse(line) as LaunchMessage
    if (last.status !== 'inside') resolve()
  })
  signal.addEventListener('abort', () => resolve(), { once: true })
  if (signal.aborted) resolve()
  await Promise.race([decided, read])
  return last
}

interface Silence {
  readonly logFile: string
  readonly isLate: boolean
  readonly timeoutMs: number
}

function describeSilence(status: 'nothing' | 'inside', { logFile, isLate, timeoutMs }: Silence): Failure {
  const lines = readFileSync(logFile, 'utf8')
    .split('\n')
    .filter(line => line !== '')
  if (status === 'nothing' && !isLate) return describeObstacle(lines)
  return {
    code: 'sandbox/start',
    message: isLate
      ? `the sandbox's server was not ready within ${timeoutMs / 1000} s`
      : "the sandbox's server ended before it was ready",
    at: { file: logFile },
    output: lines.slice(-maxOutputLines),
  }
}
