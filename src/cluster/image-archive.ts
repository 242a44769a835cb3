import { tarArchive, tarName } from '../util/tar.ts'
import { type ArchivedEntry, ArchiveError, readArchive, readText } from '../util/tar-reader.ts'
import { blobPath, type ImageLayers, savedLayerPaths, sha256 } from './image-layers.ts'

/** Somebody who is given an image, and may hold some of it already. */
export interface Receiver {
  /** How many of the image's layers it holds, counted from the lowest. */
  readonly heldLayers: number
  /** Compressed layers that it knows: digest to the digest of the uncompressed layer. */
  readonly compressedLayers: ReadonlyMap<string, string>
  /** Takes bytes of the archive that is made for it; resolves when it can take more. */
  write(bytes: Buffer): Promise<void>
  /** The archive is complete. */
  end(): void
}

export interface SentImage extends ImageLayers {
  /** The full name that the image is to have where it is received. */
  readonly name: string
}

/** Lists and configurations; a layer may be of any size. */
const maxTextBytes = 4 * 1024 * 1024
const maxEntries = 10_000

/**
 * Gives each receiver the image of a `docker save` as an OCI image layout without the layers that it holds. The files that
 * make it a layout come last, so that an archive that breaks off is none. Throws an `ArchiveError` where what is read is
 * not what `docker save` writes: nobody's archive is then complete.
 *
 * containerd takes every file of a layout for content, whatever its name, and names it by its own digest; a layer whose
 * chain it has unpacked it neither asks for nor reads.
 */
export async function sendImage(
  archive: AsyncIterable<Buffer>,
  image: SentImage,
  receivers: readonly Receiver[],
): Promise<void> {
  const saved = await passOn(archive, image, receivers)
  const layout = layoutOf(saved, image)
  for (const receiver of receivers) checkLeftOut(saved, receiver)
  for (const receiver of receivers) {
    await receiver.write(layout)
    receiver.end()
  }
}

/** What was seen of an archive. */
interface SavedImage {
  /** As `manifest.json` has them, by path. */
  readonly config: string
  readonly layers: readonly string[]
  /** Path to size in bytes. */
  readonly sizes: ReadonlyMap<string, number>
  /** What each receiver was not given. */
  readonly leftOut: ReadonlyMap<Receiver, ReadonlySet<string>>
}

async function passOn(
  archive: AsyncIterable<Buffer>,
  image: SentImage,
  receivers: readonly Receiver[],
): Promise<SavedImage> {
  const known = savedLayerPaths(image)
  const sizes = new Map<string, number>()
  const links = new Map<string, string>()
  const leftOut = new Map(receivers.map(receiver => [receiver, new Set<string>()]))
  const configs = new Set<string>()
  let manifest: string | undefined
  for await (const entry of readArchive(archive)) {
    if (sizes.size + links.size > maxEntries) throw new ArchiveError('the archive has too many entries')
    if (entry.name === 'manifest.json') manifest = await readText(entry, maxTextBytes)
    if (entry.kind === 'link' && entry.target !== undefined) links.set(entry.name, entry.target)
    if (entry.kind !== 'file' || isOwnToFormat(entry.name)) continue
    sizes.set(entry.name, entry.size)
    const wanting = receivers.filter(receiver => {
      const holds = holdsLayer(receiver, entry.name, image, known)
      if (holds) leftOut.get(receiver)?.add(entry.name)
      return !holds
    })
    const isConfig = await copyEntry(entry, wanting, image)
    if (isConfig) configs.add(entry.name)
  }
  if (manifest === undefined) throw new ArchiveError('the archive has no manifest.json')
  const { config, layers } = findImage(manifest, configs, image)
  return { config, layers: layers.map(layer => links.get(layer) ?? layer), sizes, leftOut }
}

/** What an OCI layout has in another form, or not at all. */
function isOwnToFormat(name: string): boolean {
  return /(^|\/)(manifest\.json|index\.json|oci-layout|repositories|VERSION|json)$/.test(name)
}

/** Whether an entry is a layer that a receiver holds at every position at which the image has it. */
function holdsLayer(
  { heldLayers, compressedLayers }: Receiver,
  name: string,
  { diffIds }: SentImage,
  known: ReadonlyMap<string, number>,
): boolean {
  const diffId = compressedLayers.get(name.replace(/^blobs\/sha256\//, 'sha256:'))
  const compressed = diffId === undefined ? -1 : diffIds.lastIndexOf(diffId)
  const position = known.get(name) ?? (compressed < 0 ? undefined : compressed)
  if (position !== undefined) return position < heldLayers
  // In the old format only the highest layer's path is not known beforehand.
  return name.endsWith('/layer.tar') && heldLayers === diffIds.length
}

/** Says whether it was the image's configuration, which is known by the layers that it lists. */
async function copyEntry(
  entry: ArchivedEntry,
  receivers: readonly Receiver[],
  { diffIds }: SentImage,
): Promise<boolean> {
  if (receivers.length === 0) return false
  const give = (bytes: Buffer) => Promise.all(receivers.map(receiver => receiver.write(bytes)))
  const kept: Buffer[] = []
  await give(entry.header)
  for await (const piece of entry.blocks()) {
    if (entry.size <= maxTextBytes) kept.push(piece)
    await give(piece)
  }
  const text = Buffer.concat(kept).subarray(0, entry.size)
  if (text[0] !== '{'.charCodeAt(0)) return false
  const config = parse(text.toString()) as { rootfs?: { diff_ids?: unknown } } | undefined
  return JSON.stringify(config?.rootfs?.diff_ids) === JSON.stringify(diffIds)
}

interface ManifestItem {
  readonly Config?: string
  readonly Layers?: readonly string[] | null
}

/** An archive may hold the image for several platforms: the one that is meant has the layers that the engine has named. */
function findImage(
  manifest: string,
  configs: ReadonlySet<string>,
  { diffIds }: SentImage,
): { config: string; layers: readonly string[] } {
  const items = parse(manifest)
  for (const { Config: config = '', Layers: layers } of Array.isArray(items)
    ? (items as ManifestItem[])
    : []) {
    if (configs.has(config) && layers?.length === diffIds.length) return { config, layers }
  }
  throw new ArchiveError('the archive does not hold the image that was asked for')
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The place of what was left out was known before the archive said it, and might have been known wrongly. */
function checkLeftOut({ layers, leftOut }: SavedImage, receiver: Receiver): void {
  const paths = leftOut.get(receiver)
  const isWrong = layers.some((layer, position) => paths?.has(layer) && position >= receiver.heldLayers)
  if (isWrong) throw new ArchiveError('the archive names its layers in an unknown way')
}

/** The end of the archive: a manifest of all layers, whether they are in it or not, and what makes it a layout. */
function layoutOf({ config, layers, sizes }: SavedImage, { diffIds, name }: SentImage): Buffer {
  const describe = (mediaType: string, file: string, digest: string) => {
    const size = sizes.get(file)
    if (size === undefined) throw new ArchiveError(`the archive names ${file} and does not hold it`)
    return { mediaType, digest, size }
  }
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: manifestType,
    config: describe(configType, config, digestIn(config) ?? ''),
    layers: layers.map((file, position) => {
      return describe(layerType, file, digestIn(file) ?? diffIds[position] ?? '')
    }),
  })
  const index = JSON.stringify({
    schemaVersion: 2,
    manifests: [
      {
        mediaType: manifestType,
        digest: sha256(manifest),
        size: Buffer.byteLength(manifest),
        annotations: { 'io.containerd.image.name': name },
      },
    ],
  })
  return tarArchive([
    file(blobPath(sha256(manifest)), manifest),
    file('index.json', index),
    file('oci-layout', '{"imageLayoutVersion":"1.0.0"}'),
  ])
}

/** Docker's own types: under this type of layer containerd finds out by itself whether and how one is compressed. */
const manifestType = 'application/vnd.docker.distribution.manifest.v2+json'
const configType = 'application/vnd.docker.container.image.v1+json'
const layerType = 'application/vnd.docker.image.rootfs.diff.tar'

/** Blobs are named by their digest, and so is a configuration in the old format; its layers are not. */
function digestIn(file: string): string | undefined {
  const hex = /^(?:blobs\/sha256\/)?([0-9a-f]{64})(?:\.json)?$/.exec(file)?.[1]
  return hex && `sha256:${hex}`
}

function file(path: string, text: string) {
  const name = tarName('', path)
  if (!name) throw new Error(`${path} is too long for an archive`)
  return { name, bytes: Buffer.from(text), mode: 0o644 }
}
