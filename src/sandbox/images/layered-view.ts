import { lstatSync, readdirSync, readlinkSync, type Stats } from 'node:fs'
import path from 'node:path'
import { isWithin } from '../../util/paths.ts'
import { isWhiteout } from './layer.ts'

/** Something that an image holds. */
export interface ViewedEntry {
  /** In the image, absolute, no link on the way. */
  readonly path: string
  /** Where it is on the host; of a folder its topmost part. */
  readonly file: string
  readonly stats: Stats
}

/** A layer of what is looked at. */
export interface ViewLayer {
  /** Absolute: the folder that stands for the image's root. */
  readonly folder: string
  /** Folders, from the image's root, that hide what is below them. */
  readonly opaque: ReadonlySet<string>
  /** Only these folders, absolute, are seen; all where it is not said. */
  readonly only?: readonly string[]
}

/** An image's files as its containers see them, without a mount: the rules are those of overlayfs. */
export interface LayeredView {
  /** What is at a path, through links; undefined where there is nothing. */
  find(imagePath: string): ViewedEntry | undefined
  /** The path without links, as far as something is there; what is missing is taken as written. */
  resolve(imagePath: string): string
  /** What is in a folder, in the order of the names. */
  list(folder: ViewedEntry): readonly ViewedEntry[]
}

/** Links that may lead to one another, as for the kernel. */
const maxLinks = 40

/** A path without links on the way, as far as something is there. */
interface Place {
  readonly path: string
  readonly entry?: ViewedEntry
  /** Of a folder: what it is put together from, the topmost first. */
  readonly parts: readonly Part[]
}

/** A folder as one layer has it. */
interface Part {
  readonly layer: ViewLayer
  /** On the host; no link on the way. */
  readonly folder: string
}

/** @param layers the topmost first. */
export function layeredView(layers: readonly ViewLayer[]): LayeredView {
  const rootOf = (): Place => {
    const parts = layers.map(layer => ({ layer, folder: layer.folder }))
    const [top] = parts
    const stats = top && statOf(top.folder)
    return { path: '/', parts, ...(stats && { entry: { path: '/', file: top.folder, stats } }) }
  }

  const follow = (imagePath: string, links: number): Place => {
    let at = rootOf()
    const names = namesOf(imagePath)
    for (const [index, name] of names.entries()) {
      at = name === '..' ? goTo(path.posix.dirname(at.path)) : enter(at, name)
      if (!at.entry?.stats.isSymbolicLink()) continue
      if (links >= maxLinks) return at
      const target = path.posix.resolve(path.posix.dirname(at.path), readlinkSync(at.entry.file))
      return follow([target, ...names.slice(index + 1)].join('/'), links + 1)
    }
    return at
  }
  /** To a path that has no links. */
  const goTo = (imagePath: string): Place => namesOf(imagePath).reduce(enter, rootOf())

  return {
    find: imagePath => follow(imagePath, 0).entry,
    resolve: imagePath => follow(imagePath, 0).path,
    list({ path: folder }) {
      const place = goTo(folder)
      const names = new Set(place.parts.flatMap(part => namesIn(part.folder)))
      return [...names].sort().flatMap(name => enter(place, name).entry ?? [])
    },
  }
}

/**
 * One step down, without following a link. Layer by layer, and never on a path through one: what is no folder hides all that
 * lower layers have below it, and a link of a layer, followed on the host, would lead into the host's own files.
 */
function enter(above: Place, name: string): Place {
  const imagePath = path.posix.join(above.path, name)
  const parts: Part[] = []
  let entry: ViewedEntry | undefined
  for (const { layer, folder } of above.parts) {
    if (layer.only && !isSeen(layer.only, imagePath)) continue
    const file = path.join(folder, name)
    const stats = statOf(file)
    if (!stats) continue
    if (isWhiteout(stats)) break
    entry ??= { path: imagePath, file, stats }
    if (!stats.isDirectory()) break
    parts.push({ layer, folder: file })
    if (layer.opaque.has(imagePath.slice(1))) break
  }
  return { path: imagePath, parts, ...(entry && { entry }) }
}

function namesOf(imagePath: string): readonly string[] {
  return imagePath.split('/').filter(name => name !== '' && name !== '.')
}

/** A folder above one that is seen is seen, too. */
function isSeen(only: readonly string[], imagePath: string): boolean {
  return only.some(folder => isWithin(imagePath, folder) || isWithin(folder, imagePath))
}

function statOf(file: string): Stats | undefined {
  try {
    return lstatSync(file)
  } catch {
    // Something in the way that is no folder, or that may not be entered.
    return undefined
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
