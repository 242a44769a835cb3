import { ok, type Result } from '../../../model/result.ts'
import type { ImageParts } from '../stored-images.ts'
import { unknownVariable } from './configure.ts'
import type { CopySource } from './copy.ts'
import { viewOf } from './image-view.ts'
import type { StageState, Surroundings } from './stage.ts'
import { findStage } from './stages.ts'

/** What `--from` names: a stage above, else an image; without it the build context. */
export async function sourceOf(
  from: string | undefined,
  { above, spot, variables }: StageState,
  surroundings: Surroundings,
): Promise<Result<CopySource>> {
  if (from === undefined) return ok(surroundings.context)
  const reference = variables.expand(from, surroundings.plan.escapeCharacter)
  if (!reference) return unknownVariable(spot)
  const stage = findStage(above, reference)
  if (!stage) {
    const image = await surroundings.baseImage(reference)
    return image.ok ? ok(imageSource(image.value, reference, surroundings)) : image
  }
  const built = await surroundings.stage(stage)
  return built.ok ? ok(imageSource(built.value.image, `stage ${reference}`, surroundings)) : built
}

function imageSource(image: ImageParts, description: string, { store }: Surroundings): CopySource {
  const { find, list } = viewOf(image, store)
  return { description, find, list, systemFolders: new Set(['/', ...image.hostFolders]) }
}
