import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import path from 'node:path'
import { fullImageName } from '../../model/image.ts'
import { fail, ok, type Result } from '../../model/result.ts'
import type { ImageConfig, ImageStore, StoredImage } from './image-store.ts'
import { createLayerStore, type LayerStore, writeWhole } from './layer-store.ts'

/** The images of a state folder, as the builder writes them. Any process may read them; one at a time may write. */
export interface StoredImages extends ImageStore {
  readonly layers: LayerStore
  /** What an image is made of, so that another can be made on it; `reference` as for `find`. */
  partsOf(reference: string): ImageParts | undefined
  /** Keeps an image whose layers are there; it has no name yet. */
  add(image: ImageParts): Promise<string>
  /** Runs what makes layers and images: of that nothing is collected before it has ended. */
  make<T>(work: () => Promise<T>): Promise<T>
  /**
   * Removes images that have lost their name, and what no image holds and no build has used for long; nothing while something
   * is made.
   *
   * @param isUsed whether a container was made from an image.
   */
  collect(isUsed: (id: string) => boolean): Promise<void>
  /** Absolute: for what only the builder knows of. */
  readonly folder: string
}

export interface ImageParts {
  readonly base: StoredImage['base']
  readonly hostFolders: readonly string[]
  readonly config: ImageConfig
  /** Digests, the lowest first. */
  readonly layers: readonly string[]
  /** Of the host's files: another text where they are others. */
  readonly programs?: string
}

/**
 * An image with one more layer. A layer that it has already counts where it comes last: whatever it says is said again there,
 * and an overlay takes no folder twice.
 */
export function withLayer(image: ImageParts, digest: string): ImageParts {
  return { ...image, layers: [...image.layers.filter(other => other !== digest), digest] }
}

/** What a name stands for. */
interface NameRecord {
  readonly id: string
  readonly at: string
}

type Names = Readonly<Record<string, NameRecord>>

/** Bytes of layers that no image holds but a build may use again. */
const maxCacheBytes = 2 * 1024 ** 3

/** Milliseconds after which an image without a name is none that somebody is about to name. */
const namelessMs = 3_600_000

/** @param folder absolute; made where it is not there. */
export function openImageStore(folder: string): StoredImages {
  const imagesFolder = path.join(folder, 'images')
  const namesFile = path.join(folder, 'names.json')
  mkdirSync(imagesFolder, { recursive: true })
  const layers = createLayerStore(folder)
  const fileOf = (id: string) => path.join(imagesFolder, `${id.replace('sha256:', '')}.json`)
  let writing: Promise<unknown> = Promise.resolve()
  let makers = 0
  let collecting: Promise<void> | undefined

  const idOf = (reference: string): string | undefined => {
    const id = /^(?:sha256:)?([0-9a-f]{64})$/.exec(reference)?.[1]
    if (id !== undefined) return existsSync(fileOf(id)) ? `sha256:${id}` : undefined
    return readNames(namesFile)[fullImageName(reference)]?.id
  }
  const read = (id: string): StoredImage | undefined => {
    const text = readOr(fileOf(id), '')
    if (text === '') return undefined
    const image = JSON.parse(text) as ImageParts
    const stored = image.layers.map(digest => layers.find(digest)?.folder)
    // A layer that somebody has removed by hand takes its images along.
    if (!stored.every(layer => layer !== undefined)) return undefined
    const named = Object.entries(readNames(namesFile))
      .filter(([, record]) => record.id === id)
      .sort(([, one], [, other]) => (one.at < other.at ? 1 : -1))
    const created = statSync(fileOf(id)).mtime.toISOString()
    return {
      id,
      names: named.map(([name]) => name),
      config: image.config,
      base: image.base,
      hostFolders: image.hostFolders,
      layers: stored,
      created,
      named: named[0]?.[1].at ?? created,
    }
  }
  const ids = () =>
    readdirSync(imagesFolder)
      .filter(file => file.endsWith('.json'))
      .map(file => `sha256:${path.basename(file, '.json')}`)
  /** One change after the other. */
  const changeNames = (change: (names: Names) => Names): Promise<void> => {
    const changed = writing.then(() => writeWhole(namesFile, JSON.stringify(change(readNames(namesFile)))))
    writing = changed.catch(() => {})
    return changed
  }

  return {
    folder,
    layers,
    find(reference) {
      const id = idOf(reference)
      return id === undefined ? undefined : read(id)
    },
    partsOf(reference) {
      const id = idOf(reference)
      return id === undefined || !read(id) ? undefined : (JSON.parse(readOr(fileOf(id), '')) as ImageParts)
    },
    list: () => ids().flatMap(id => read(id) ?? []),
    async add(image) {
      const text = JSON.stringify(image)
      const id = `sha256:${createHash('sha256').update(text).digest('hex')}`
      if (!existsSync(fileOf(id))) await writeWhole(fileOf(id), text)
      return id
    },
    async tag(source, reference) {
      const id = idOf(source)
      if (id === undefined) return noImage(source)
      const name = fullImageName(reference)
      await changeNames(names => ({ ...names, [name]: { id, at: new Date().toISOString() } }))
      return ok(undefined)
    },
    async remove(reference) {
      const id = idOf(reference)
      if (id === undefined) return noImage(reference)
      const isId = /^(?:sha256:)?[0-9a-f]{64}$/.test(reference)
      const goes = (name: string, record: NameRecord) =>
        isId ? record.id === id : name === fullImageName(reference)
      await changeNames(names =>
        Object.fromEntries(Object.entries(names).filter(([name, record]) => !goes(name, record))),
      )
      const isNamed = Object.values(readNames(namesFile)).some(record => record.id === id)
      if (!isNamed) rmSync(fileOf(id), { force: true })
      return ok(undefined)
    },
    async make(work) {
      while (collecting) await collecting
      makers++
      try {
        return await work()
      } finally {
        makers--
      }
    },
    async collect(isUsed) {
      if (makers > 0) return
      collecting ??= collect(isUsed).finally(() => {
        collecting = undefined
      })
      await collecting
    },
  }

  async function collect(isUsed: (id: string) => boolean): Promise<void> {
    const named = new Set(Object.values(readNames(namesFile)).map(({ id }) => id))
    for (const id of ids()) {
      const isOld = Date.now() - statSync(fileOf(id)).mtimeMs > namelessMs
      if (isOld && !named.has(id) && !isUsed(id)) rmSync(fileOf(id), { force: true })
    }
    const held = new Set(
      ids().flatMap(id => (JSON.parse(readOr(fileOf(id), '{"layers":[]}')) as ImageParts).layers),
    )
    await layers.collect(held, maxCacheBytes)
  }
}

function noImage(reference: string): Result<never> {
  return fail({
    code: 'build/missing-input',
    message: `The sandbox has no image ${reference}.`,
  })
}

function readNames(file: string): Names {
  return JSON.parse(readOr(file, '{}')) as Names
}

function readOr(file: string, otherwise: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return otherwise
  }
}
