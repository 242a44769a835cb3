import { createServer, type Server } from 'node:net'
import type { Failure } from '../model/failure.ts'
import { fail, ok, type Result } from '../model/result.ts'
import { sandboxFolder, sandboxImageSocket } from '../util/sandbox-place.ts'
import { launch } from './launch.ts'
import { howToGetCluster } from './other-clusters.ts'
import { type RunRecord, readRunFile } from './run-file.ts'
import { purge, stop } from './stop.ts'

type Environment = Readonly<Record<string, string | undefined>>

export interface SandboxStart {
  readonly env: Environment
  readonly platform: NodeJS.Platform
  /** The command of its server, which calls `serveSandbox`. */
  readonly server: readonly string[]
  /** It is to end with the last stack in it. */
  readonly endsWithStacks: boolean
  readonly signal: AbortSignal
}

/** The same at each start where it is free: a client that was there before finds the sandbox again. */
const usualPort = 36_443
/** Milliseconds, of which the first start takes more: it makes certificates. */
const startMs = 30_000
/** Bytes of the path of a unix socket (unix(7)). */
const maxSocketPath = 107

/** Starts this user's sandbox, and waits until it is ready. One that runs already is the failure `sandbox/running`. */
export async function startSandbox({
  env,
  platform,
  server,
  endsWithStacks,
  signal,
}: SandboxStart): Promise<Result<void>> {
  const stateFolder = sandboxFolder(env)
  const obstacle = platform === 'linux' ? longPath(sandboxImageSocket(stateFolder)) : otherPlatform(platform)
  if (obstacle) return fail(obstacle)
  const listener = await openListener()
  const listeners = [listener]
  const launched = await launch({
    ...{ stateFolder, server, listeners, endsWithStacks, signal },
    timeoutMs: startMs,
  })
  return launched.ok ? launched : fail(withOtherWay(launched.failure, platform))
}

/** Ends this user's sandbox with all that is in it. Gives whether one ran. */
export async function stopSandbox(env: Environment, signal: AbortSignal): Promise<Result<boolean>> {
  const stateFolder = sandboxFolder(env)
  const ran = readRunFile(stateFolder) !== undefined
  const stopped = await stop(stateFolder, signal)
  return stopped.ok ? ok(ran) : stopped
}

/**
 * Removes what this user's sandbox keeps between its starts: images, layers, caches, certificates. One that runs is the failure
 * `sandbox/running`.
 */
export function cleanSandbox(env: Environment, signal: AbortSignal): Promise<Result<void>> {
  return purge(sandboxFolder(env), signal)
}

/** This user's sandbox; undefined where none runs. */
export function runningSandbox(env: Environment): RunRecord | undefined {
  return readRunFile(sandboxFolder(env))
}

/** Opens the socket of the API, at the usual port or at any other. */
async function openListener(): Promise<Server> {
  const open = (port: number) =>
    new Promise<Server>((resolve, reject) => {
      const listener = createServer()
      listener.once('error', reject)
      listener.listen(port, '127.0.0.1', () => resolve(listener))
    })
  return open(usualPort).catch(() => open(0))
}

function otherPlatform(platform: NodeJS.Platform): Failure {
  return {
    code: 'sandbox/platform',
    message: `The sandbox runs on Linux only, and this is ${platform}.`,
    why: 'its containers are processes in namespaces of the Linux kernel',
    cure:
      platform === 'win32'
        ? `Start devloop in WSL 2, where the sandbox works; or ${howToGetCluster(platform)}`
        : `Instead, ${howToGetCluster(platform)}`,
  }
}

/** Not everybody may change what forbids it. */
function withOtherWay(failure: Failure, platform: NodeJS.Platform): Failure {
  if (failure.code !== 'sandbox/forbidden') return failure
  const { cure } = failure
  return {
    ...failure,
    cure: `${cure === undefined ? 'Instead,' : `${cure} Or`} ${howToGetCluster(platform)}`,
  }
}

function longPath(socket: string): Failure | undefined {
  if (Buffer.byteLength(socket) <= maxSocketPath) return undefined
  return {
    code: 'sandbox/start',
    message: `The path of the sandbox's socket has more than ${maxSocketPath} bytes.`,
    at: { file: socket },
    cure: 'Set XDG_STATE_HOME to a folder with a shorter path.',
  }
}
