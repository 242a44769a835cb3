import { fail, ok, type Result } from '../../model/result.ts'
import { makeBaseImage } from './base-image.ts'
import type { StoredImage } from './image-store.ts'
import { findKnownBase } from './known-bases.ts'
import type { StoredImages } from './stored-images.ts'

/**
 * The image that a reference names: one that was built here, or what stands for one of a registry, as this machine is now.
 * In the sandbox this is what is done in place of a pull.
 */
export function ensureImage(
  store: StoredImages,
  reference: string,
  signal: AbortSignal,
): Promise<Result<StoredImage>> {
  return store.make(() => ensure(store, reference, signal))
}

async function ensure(
  store: StoredImages,
  reference: string,
  signal: AbortSignal,
): Promise<Result<StoredImage>> {
  const own = findKnownBase(reference) ? undefined : store.find(reference)
  if (own) return ok(own)
  const made = await makeBaseImage(store, reference, signal)
  if (!made.ok) return made
  const id = await store.add(made.value.image)
  const same = store.find(reference)
  if (same?.id === id) return ok(same)
  const tagged = await store.tag(id, reference)
  if (!tagged.ok) return tagged
  const image = store.find(reference)
  return image
    ? ok(image)
    : fail({ code: 'build/missing-input', message: `The image ${reference} was removed while it was made.` })
}
