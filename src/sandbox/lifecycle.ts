import { rmSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import type { Failure } from '../model/failure.ts'
import { fail, ok, type Result } from '../model/result.ts'
import { sandboxFolder, sandboxImageSocket, sandboxKubeconfig } from '../util/sandbox-place.ts'
import { launch, stop } from './launch.ts'
import { type RunRecord, readRunFile } from './run-file.ts'

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
  if (!readRunFile(stateFolder)) removeTraces(stateFolder)
  const listener = await openListener()
  const listeners = [listener]
  return launch({ stateFolder, server, listeners, endsWithStacks, signal, timeoutMs: startMs })
}

/** Ends this user's sandbox with all that is in it. Gives whether one ran. */
export async function stopSandbox(env: Environment, signal: AbortSignal): Promise<Result<boolean>> {
  const stateFolder = sandboxFolder(env)
  const ran = readRunFile(stateFolder) !== undefined
  const stopped = await stop(stateFolder, signal)
  if (!stopped.ok) return stopped
  removeTraces(stateFolder)
  return ok(ran)
}

/** This user's sandbox; undefined where none runs. */
export function runningSandbox(env: Environment): RunRecord | undefined {
  return readRunFile(sandboxFolder(env))
}

/** Whoever finds these takes the sandbox for one that runs. */
function removeTraces(stateFolder: string): void {
  for (const file of [sandboxKubeconfig(stateFolder), sandboxImageSocket(stateFolder)])
    rmSync(file, { force: true })
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
        ? 'Start devloop in WSL 2, where the sandbox works; or get a cluster: `winget install Kubernetes.kind`, then `kind create cluster`, or `winget install Kubernetes.minikube`, then `minikube start`.'
        : 'Get a cluster: `brew install kind`, then `kind create cluster` (with Docker), or `brew install minikube`, then `minikube start`; then `devloop up`.',
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
