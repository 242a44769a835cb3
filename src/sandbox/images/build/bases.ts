import { ok, type Result } from '../../../model/result.ts'
import { makeBaseImage } from '../base-image.ts'
import { findKnownBase } from '../known-bases.ts'
import type { ImageParts, StoredImages } from '../stored-images.ts'
import type { Progress } from './progress.ts'

/**
 * The image that `FROM` or `--from` names: one of the sandbox's own, else what stands for one of a registry, which is told.
 */
export async function findBase(
  store: StoredImages,
  reference: string,
  progress: Progress,
  signal: AbortSignal,
): Promise<Result<ImageParts>> {
  const own = findKnownBase(reference) ? undefined : store.partsOf(reference)
  if (own) return ok(own)
  const step = progress.begin(`[base] ${reference}`)
  const made = await makeBaseImage(store, reference, signal)
  if (!made.ok) {
    step.failed(made.failure.message)
    return made
  }
  const { image, description, isOtherVersion } = made.value
  step.line(`${isOtherVersion ? 'WARNING: another version: ' : ''}${description}`)
  step.done()
  return ok(image)
}
