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

/** @param layers the topmost first. */
export function layeredView(layers: readonly ViewLayer[]): LayeredView {
  /** Without following a link at the end; the folders above are none. */
  const lookUp = (imagePath: string): ViewedEntry | undefined => {
    const relative = imagePath.slice(1)
    for (const layer of layers) {
      const file = path.join(layer.folder, relative)
      const stats = layer.only && !isSeen(layer.only, imagePath) ? undefined : statOf(file)
      if (stats) return isWhiteout(stats) ? undefined : { path: imagePath, file, stats }
      if (isHiddenBelow(layer, relative)) return undefined
    }
    return undefined
  }

  const follow = (imagePath: string, links: number): string => {
    let at = '/'
    const names = imagePath.split('/').filter(name => name !== '' && name !== '.')
    for (const [index, name] of names.entries()) {
      at = path.posix.resolve(at, name)
      const entry = lookUp(at)
      if (!entry?.stats.isSymbolicLink()) continue
      if (links >= maxLinks) return at
      const target = path.posix.resolve(path.posix.dirname(at), readlinkSync(entry.file))
      return follow([target, ...names.slice(index + 1)].join('/'), links + 1)
    }
    return at
  }

  return {
    find: imagePath => lookUp(follow(imagePath, 0)),
    resolve: imagePath => follow(imagePath, 0),
    list(folder) {
      const names = new Set<string>()
      for (const layer of layers) {
        const place = path.join(layer.folder, folder.path)
        for (const name of namesIn(place)) names.add(name)
      }
      return [...names].sort().flatMap(name => lookUp(path.posix.join(folder.path, name)) ?? [])
    },
  }
}

/** Whether a layer says of a path that is not in it that it is in no lower one either. */
function isHiddenBelow({ folder, opaque }: ViewLayer, relative: string): boolean {
  for (let at = path.dirname(relative); at !== '.'; at = path.dirname(at)) {
    if (opaque.has(at)) return true
    const stats = statOf(path.join(folder, at))
    if (stats && !stats.isDirectory()) return true
  }
  return false
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
