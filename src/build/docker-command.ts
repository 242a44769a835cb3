import type { Failure } from '../model/failure.ts'
import { normalizeImageName } from '../model/image.ts'
import { fail, ok, type Result } from '../model/result.ts'
import { findContainerTool } from '../util/container-tool.ts'
import { exec } from '../util/exec.ts'
import type { BuiltImage } from './builder.ts'
import { explainEngineFailure } from './docker-failure.ts'
import { type EngineSocket, openEngineSocket } from './engine-socket.ts'
import { contentTag } from './tags.ts'

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

/** Gives an image another name, which is taken from the image that had it. */
export async function tagImage(
  docker: DockerCommand,
  { source, name, signal }: { source: string; name: string; signal: AbortSignal },
): Promise<Result<void>> {
  if (await docker.socket?.tag(source, name, signal)) return ok(undefined)
  const tagged = await docker.run(['tag', source, name], signal)
  return tagged.ok ? ok(undefined) : tagged
}

/**
 * Names an image after its content, so that the same content always has the same tag and a tag is never used again
 * for other content.
 *
 * @param image `id` is what the engine calls it by: `sha256:…`.
 */
export async function tagByContent(
  docker: DockerCommand,
  { ref, id, signal }: { ref: string; id: string; signal: AbortSignal },
): Promise<Result<BuiltImage>> {
  const reference = `${nameFor(docker, ref)}:${contentTag(id)}`
  const tagged = await tagImage(docker, { source: id, name: reference, signal })
  return tagged.ok ? ok({ reference }) : tagged
}

/** The name, without a tag, that an image is to be given so that the engine keeps it as that. */
export function nameFor({ command }: Pick<DockerCommand, 'command'>, ref: string): string {
  // Podman would put `localhost/` in front of a short name; Kubernetes means this one by it.
  return command === 'podman' ? normalizeImageName(ref) : ref
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
