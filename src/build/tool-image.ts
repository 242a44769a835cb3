import { ok, type Result } from '../model/result.ts'
import type { BuiltImage } from './builder.ts'
import type { DockerCommand } from './docker-command.ts'
import { dockerEngine } from './docker-engine.ts'
import { tagByContent } from './tag-by-content.ts'

/**
 * The name that a tool is told to give its image. It is the same each time, so that a tool which makes use of its last
 * image (buildpacks take layers from it) finds it.
 *
 * @param ref the image's name without a tag
 */
export function toolImageName(ref: string): string {
  return `${ref}:devloop`
}

/**
 * Names the image that a tool has left in the engine after its content.
 *
 * @param image `wanted` is the name that the tool was told to give it, `ref` the image's name without a tag.
 * @returns undefined where the engine holds no image `wanted`, which is for the caller to say in the tool's words.
 */
export async function takeImage(
  docker: DockerCommand,
  { wanted, ref, signal }: { wanted: string; ref: string; signal: AbortSignal },
): Promise<Result<BuiltImage | undefined>> {
  const id = await docker.run(['image', 'inspect', '--format', '{{.Id}}', wanted], signal)
  if (!id.ok) return id.failure.code === 'process/failed' && !signal.aborted ? ok(undefined) : id
  return tagByContent(dockerEngine(docker), { ref, id: id.value[0] ?? '', signal })
}
