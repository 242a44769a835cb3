import type { Failure } from '../model/failure.ts'
import { fail, ok, type Result } from '../model/result.ts'
import { findContainerTool } from '../util/container-tool.ts'
import { exec } from '../util/exec.ts'
import { explainEngineFailure } from './docker-failure.ts'
import { type EngineSocket, openEngineSocket } from './engine-socket.ts'

/** The command line of a container engine: which one, and how it is reached. */
export interface DockerCommand {
  /** `docker`, or another that is used like it: a `ContainerTool`. */
  readonly command: string
  readonly env: Readonly<Record<string, string>>
  /** The short cut to the engine, where there is one. */
  readonly socket?: EngineSocket
  /** Runs a quick command. */
  run(args: readonly string[], signal: AbortSignal): Promise<Result<readonly string[]>>
}

/** Milliseconds that a command may take which only asks or names something. */
const quickMs = 30_000

/** @param env says which engine is meant, such as `DOCKER_HOST`. */
export function dockerCommand(env: Readonly<Record<string, string>>): DockerCommand {
  const all = { ...process.env, ...env }
  const command = findContainerTool(all)
  const socket = command === 'docker' ? openEngineSocket(all) : undefined
  return {
    command,
    env,
    ...(socket && { socket }),
    async run(args, signal) {
      const outcome = await exec({ command, args, env, signal, timeoutMs: quickMs })
      if (outcome.status === 'succeeded') return ok(outcome.stdout)
      return fail(explainEngineFailure(outcome, command) ?? commandFailed([command, ...args], outcome))
    },
  }
}

function commandFailed(
  args: readonly string[],
  outcome: { status: string; output?: readonly string[] },
): Failure {
  const why = outcome.output?.at(-1)
  return {
    code: outcome.status === 'timed-out' ? 'process/timeout' : 'process/failed',
    message: `${args[0]} ${args[1]} ${outcome.status === 'timed-out' ? 'did not end within 30 s' : 'failed'}.`,
    ...(why !== undefined && { why }),
  }
}
