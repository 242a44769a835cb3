import { randomUUID } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
} from 'node:fs'
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { createPace } from '../../util/pace.ts'
import { unfinishedLayersOf } from '../state-folder.ts'

/**
 * Layers by their digests: a folder each, and a file beside it. A layer is made aside and renamed, its file last, so that
 * one with a file is whole.
 */
export interface LayerStore {
  /** Counts as a use. */
  find(digest: string): StoredLayer | undefined
  /** Takes a folder for a layer's content; where the layer is there already, the folder goes. */
  keep(digest: string, folder: string, opaque: readonly string[]): Promise<StoredLayer>
  /** A new empty folder on the file system of the layers, for whoever disposes of it. */
  scratch(): Promise<ScratchFolder>
  /**
   * Removes what builds that were broken off have left, and the layers that were not used for longest, but for those that
   * stay, until the rest takes up no more. Not to be called while something is built.
   */
  collect(stays: ReadonlySet<string>, maxBytes: number): Promise<void>
}

export interface StoredLayer {
  readonly digest: string
  /** Absolute. */
  readonly folder: string
  /** Folders, from the image's root, that hide what is below them. */
  readonly opaque: ReadonlySet<string>
}

export interface ScratchFolder extends AsyncDisposable {
  /** Absolute. */
  readonly path: string
}

interface LayerRecord {
  readonly digest: string
  readonly opaque: readonly string[]
  readonly bytes: number
}

/** @param folder absolute; made where it is not there. One process at a time may write to it. */
export function createLayerStore(folder: string): LayerStore {
  const layersFolder = path.join(folder, 'layers')
  const scratchFolder = unfinishedLayersOf(folder)
  mkdirSync(layersFolder, { recursive: true })
  mkdirSync(scratchFolder, { recursive: true })
  const folderOf = (digest: string) => path.join(layersFolder, shortName(digest))
  const recordOf = (digest: string) => `${folderOf(digest)}.json`

  const read = (file: string): LayerRecord | undefined =>
    existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as LayerRecord) : undefined

  /** The same content may be made by several at the same time. */
  const keeping = new Map<string, Promise<StoredLayer>>()

  async function keep(digest: string, content: string, opaque: readonly string[]): Promise<StoredLayer> {
    const record: LayerRecord = { digest, opaque, bytes: await bytesIn(content) }
    // What a crash has left without its file.
    await removeTree(folderOf(digest))
    await rename(content, folderOf(digest))
    await writeWhole(recordOf(digest), JSON.stringify(record))
    return { digest, folder: folderOf(digest), opaque: new Set(opaque) }
  }

  const store: LayerStore = {
    find(digest) {
      const record = read(recordOf(digest))
      if (record?.digest !== digest) return undefined
      const now = new Date()
      utimesSync(recordOf(digest), now, now)
      return { digest, folder: folderOf(digest), opaque: new Set(record.opaque) }
    },
    keep(digest, content, opaque) {
      const known = store.find(digest)
      if (known) return Promise.resolve(known)
      const kept = keeping.get(digest) ?? keep(digest, content, opaque).finally(() => keeping.delete(digest))
      keeping.set(digest, kept)
      return kept
    },
    async scratch() {
      const made = path.join(scratchFolder, randomUUID().slice(0, 8))
      await mkdir(made)
      return { path: made, [Symbol.asyncDispose]: () => removeTree(made) }
    },
    async collect(stays, maxBytes) {
      for (const left of readdirSync(scratchFolder)) await removeTree(path.join(scratchFolder, left))
      const unused: { record: LayerRecord; usedAt: number }[] = []
      for (const name of readdirSync(layersFolder)) {
        const file = path.join(layersFolder, name)
        if (!name.endsWith('.json')) {
          if (!existsSync(`${file}.json`)) await removeTree(file)
          continue
        }
        const record = read(file)
        if (record && !stays.has(record.digest)) unused.push({ record, usedAt: statSync(file).mtimeMs })
      }
      let kept = 0
      for (const { record } of unused.sort((one, other) => other.usedAt - one.usedAt)) {
        kept += record.bytes
        if (kept <= maxBytes) continue
        await rm(recordOf(record.digest), { force: true })
        await removeTree(folderOf(record.digest))
      }
    },
  }
  return store
}

/** Writes a file so that whoever reads it finds all of it, or what was there before. */
export async function writeWhole(file: string, text: string): Promise<void> {
  const aside = `${file}.${randomUUID().slice(0, 8)}~`
  await writeFile(aside, text)
  await rename(aside, file)
}

/** Removes a folder, also one in which some may not be looked into by their own owner: overlayfs makes such. */
async function removeTree(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true })
  } catch {
    // What it had begun to remove may be going still.
    openFolders(folder)
    await rm(folder, { recursive: true, force: true, maxRetries: 3 })
  }
}

function openFolders(folder: string): void {
  try {
    if (!lstatSync(folder).isDirectory()) return
    chmodSync(folder, 0o700)
    for (const name of readdirSync(folder)) openFolders(path.join(folder, name))
  } catch {
    // It is gone by now.
  }
}

/** All layers of a mount are named in one page of memory: short names leave room for some two hundred. */
function shortName(digest: string): string {
  return digest.replace('sha256:', '').slice(0, 16)
}

async function bytesIn(folder: string): Promise<number> {
  let sum = 0
  const pace = createPace()
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) sum += sizeOf(path.join(entry.parentPath, entry.name))
    await pace()
  }
  return sum
}

/** In a folder that may not be entered by its own owner, nothing can be told. */
function sizeOf(file: string): number {
  try {
    return statSync(file).size
  } catch {
    return 0
  }
}
