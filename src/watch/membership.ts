import { basename, dirname, sep } from 'node:path'
import type { InputId, InputSet } from '../model/files.ts'
import { isAlwaysIgnored } from './ignore.ts'

/** Which files belong to which inputs, and so which folders are worth watching. All paths are absolute. */
export interface Membership {
  /** The roots that are in no other root: what is given to the file system's watcher. */
  readonly outermostRoots: readonly string[]
  /** The outermost root that is `path` or contains it. */
  rootOf(path: string): string | undefined
  /** The inputs to which a file at `path` belongs; empty for a file that nobody wants. */
  inputsOf(path: string): readonly InputId[]
  /**
   * Whether a folder at `path` has to be watched: an input accepts it, or it leads to a root. That holds for the
   * folders above a root that does not exist yet, too.
   */
  wantsFolder(path: string): boolean
}

/** Folders that are remembered, so that no stream of new folders can fill the memory. */
const maxFolders = 50_000

export function createMembership(inputs: readonly InputSet[]): Membership {
  const roots = [...new Set(inputs.flatMap(input => input.roots))]
  const outermostRoots = roots.filter(root => !roots.some(other => isBelow(root, other)))
  const foldersAboveRoots = new Set(roots.flatMap(foldersAbove))
  /** The inputs that accept a folder, and all the folders on the way to it. */
  const acceptedBy = new Map<string, readonly InputSet[]>()

  const accepts = (input: InputSet, path: string, isFolder: boolean) =>
    !isAlwaysIgnored(basename(path), isFolder) && !input.ignores?.(path, isFolder)

  function membersAt(path: string, isFolder: boolean): readonly InputSet[] {
    const above = dirname(path)
    const inherited = above === path ? [] : membersOfFolder(above)
    return inputs.filter(
      input => input.roots.includes(path) || (inherited.includes(input) && accepts(input, path, isFolder)),
    )
  }

  function membersOfFolder(path: string): readonly InputSet[] {
    const known = acceptedBy.get(path)
    if (known) return known
    const members = membersAt(path, true)
    if (acceptedBy.size >= maxFolders) acceptedBy.clear()
    acceptedBy.set(path, members)
    return members
  }

  return {
    outermostRoots,
    rootOf: path => outermostRoots.find(root => path === root || isBelow(path, root)),
    inputsOf: path => membersAt(path, false).map(({ id }) => id),
    wantsFolder: path => foldersAboveRoots.has(path) || membersOfFolder(path).length > 0,
  }
}

function isBelow(path: string, folder: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : folder + sep) && path !== folder
}

function foldersAbove(path: string): readonly string[] {
  const above = dirname(path)
  return above === path ? [] : [above, ...foldersAbove(above)]
}
