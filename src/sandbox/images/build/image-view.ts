import { type LayeredView, layeredView } from '../layered-view.ts'
import type { ImageParts, StoredImages } from '../stored-images.ts'

/** The files of an image, over those of the host that it stands on. */
export function viewOf({ layers, hostFolders }: ImageParts, store: StoredImages): LayeredView {
  const stored = layers.map(digest => {
    const layer = store.layers.find(digest)
    if (!layer) throw new Error(`the layer ${digest} of an image that is being built is gone`)
    return layer
  })
  const host = { folder: '/', opaque: new Set<string>(), only: hostFolders }
  return layeredView([...stored.reverse(), ...(hostFolders.length > 0 ? [host] : [])])
}
