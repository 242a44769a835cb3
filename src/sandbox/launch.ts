import { createHash } from 'node:crypto'
import { closeSync, mkdirSync, openSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import path from 'node:path'
import type { Readable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { type Failure, maxOutputLines } from '../model/failure.ts'
import { fail, ok, type Result } from '../model/result.ts'
import { exec } from '../util/exec.ts'
import { readLines } from '../util/lines.ts'
import { type Launch, type LaunchMessage, launchVariable } from './launch-message.ts'
import { readRunFile, removeRunFile, writeRunFile } from './run-file.ts'
import { initCommand, removalCommand } from './runtime/init-command.ts'
import { describeObstacle } from './runtime/obstacles.ts'
import { descriptorOf, spawnDetached } from './runtime/spawn.ts'

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

/** Milliseconds that the server has to end by itself, and then the kernel to end everything. */
const stopMs = 10_000
const pollMs = 10

/** Starts the sandbox's server in namespaces of its own, where it runs on when this process ends. Waits until it is ready. */
export async function launch(options: LaunchOptions): Promise<Result<void>> {
  const { stateFolder, listeners } = options
  try {
    mkdirSync(stateFolder, { recursive: true, mode: 0o700 })
    const lock = await claimFolder(stateFolder)
    if (!lock.ok) return lock
    try {
      return await start(options, lock.value)
    } finally {
      lock.value.close()
    }
  } finally {
    for (const listener of listeners) listener.close()
  }
}

/**
 * Ends the sandbox of a state folder and removes what it leaves there but images and certificates. One that does not run is no
 * failure.
 */
export async function stop(stateFolder: string, signal: AbortSignal): Promise<Result<void>> {
  const ended = await end(stateFolder, signal)
  if (ended.ok) rmSync(logFileOf(stateFolder), { force: true })
  return ended
}

async function end(stateFolder: string, signal: AbortSignal): Promise<Result<void>> {
  const running = readRunFile(stateFolder)
  if (running) {
    // The head of the group and the first process pass over it: the server alone ends, and then they do.
    sendSignal(-running.pid, 'SIGTERM')
    if (!(await hasEnded(stateFolder, signal))) sendSignal(running.pid, 'SIGKILL')
    if (!(await hasEnded(stateFolder, signal)))
      return fail({
        code: 'sandbox/start',
        message: `the sandbox does not end: process ${running.pid}`,
        cure: `End it: kill -9 ${running.pid}`,
      })
  }
  removeRunFile(stateFolder)
  const [command, ...args] = removalCommand(runFolder(stateFolder))
  const removed = await exec({ command, args, signal })
  if (removed.status === 'succeeded') return ok(undefined)
  return fail({
    code: 'sandbox/start',
    message: `cannot remove ${runFolder(stateFolder)}`,
    ...('output' in removed && { output: removed.output.slice(-maxOutputLines) }),
  })
}

async function start(options: LaunchOptions, lock: Server): Promise<Result<void>> {
  const { stateFolder, server, listeners, endsWithStacks, signal, timeoutMs } = options
  const run = runFolder(stateFolder)
  const logFile = logFileOf(stateFolder)
  const log = openSync(logFile, 'w', 0o600)
  const [command, ...args] = initCommand(run, server)
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
  writeRunFile(stateFolder, { pid: child.pid, endsWithStacks })
  const messages = child.stdio[3] as Readable
  const late = AbortSignal.timeout(timeoutMs)
  const outcome = await awaitReady(messages, AbortSignal.any([signal, late]))
  messages.destroy()
  child.unref()
  if (outcome.status === 'ready') return ok(undefined)
  const stopped = await end(stateFolder, AbortSignal.timeout(2 * stopMs))
  if (!stopped.ok) return stopped
  if (outcome.status === 'failed') return fail(outcome.failure)
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

function describeSilence(
  status: 'nothing' | 'inside' | 'ready',
  { logFile, isLate, timeoutMs }: Silence,
): Failure {
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

/**
 * Listens at a name of the kernel's that stands for the folder: one process can, and the name is free again when the last of
 * those that have it open has ended, however that was.
 */
async function claimFolder(stateFolder: string): Promise<Result<Server>> {
  const lock = createServer()
  const name = createHash('sha256').update(realpathSync(stateFolder)).digest('hex').slice(0, 32)
  return new Promise((resolve, reject) => {
    lock.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') return reject(error)
      resolve(
        fail({
          code: 'sandbox/running',
          message: 'a sandbox is running already, or is just being started',
          at: { file: stateFolder },
          cure: 'See it with `devloop sandbox status`, or end it with `devloop sandbox down`.',
        }),
      )
    })
    lock.listen(`\0devloop-sandbox-${name}`, () => resolve(ok(lock)))
  })
}

async function hasEnded(stateFolder: string, signal: AbortSignal): Promise<boolean> {
  const begun = performance.now()
  while (readRunFile(stateFolder) && performance.now() - begun < stopMs && !signal.aborted)
    await pause(pollMs)
  return readRunFile(stateFolder) === undefined
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It has ended in between.
  }
}

function logFileOf(stateFolder: string): string {
  return path.join(stateFolder, 'server.log')
}

function runFolder(stateFolder: string): string {
  return path.join(stateFolder, 'run')
}
