import type { ImageEngine } from '../model/image-engine.ts'
import { ok, type Result } from '../model/result.ts'
import type { BuiltImage } from './builder.ts'
import { contentTag } from './tags.ts'

/**
 * Names an image after its content, so that the same content always has the same tag and a tag is never used again
 * for other content.
 *
 * @param image `id` is what the engine calls it by: `sha256:…`.
 */
export async function tagByContent(
  engine: ImageEngine,
  { ref, id, signal }: { ref: string; id: string; signal: AbortSignal },
): Promise<Result<BuiltImage>> {
  const reference = `${engine.nameFor(ref)}:${contentTag(id)}`
  const tagged = await engine.tag(id, reference, signal)
  return tagged.ok ? ok({ reference }) : tagged
}
