import { ok, type Result } from '../model/result.ts'
import { exec } from '../util/exec.ts'
import type { BuildRequest, BuiltImage } from './builder.ts'
import type { DockerCommand } from './docker-command.ts'
import { takeImage } from './tool-image.ts'

export interface PushedImage extends Pick<BuildRequest, 'ref' | 'signal' | 'onLine'> {
  /** The name that the tool was told to give it, which leads to a registry. */
  readonly wanted: string
}

/** An image that is larger than what comes in this time is one that does not come. */
const pullTimeoutMs = 15 * 60_000

/**
 * Names an image after its content that a tool has left in the engine or in a registry only, as tools without an engine
 * do: the engine then fetches the layers that it lacks. Under the registry's name it does not stay in the engine, where
 * the next build could be taken for this one.
 *
 * @returns undefined where neither has it
 */
export async function takePushedImage(
  docker: DockerCommand,
  { wanted, ref, signal, onLine }: PushedImage,
): Promise<Result<BuiltImage | undefined>> {
  const here = await takeImage(docker, { wanted, ref, signal })
  if (!here.ok) return here
  const { command, env } = docker
  if (!here.value) {
    const pull = { command, env, args: ['pull', '--quiet', wanted], signal, onLine, timeoutMs: pullTimeoutMs }
    if ((await exec(pull)).status !== 'succeeded') return ok(undefined)
  }
  const taken = here.value ? here : await takeImage(docker, { wanted, ref, signal })
  await docker.run(['image', 'rm', wanted], signal)
  return taken
}
