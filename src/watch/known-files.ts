import { sep } from 'node:path'
import type { Fingerprint } from './hash.ts'

/** What the watcher last saw of the disk: a tree, so that all that was below a folder is found without a search. */
export interface KnownFiles {
  get(path: string): Fingerprint | undefined
  set(path: string, file: Fingerprint): void
  delete(path: string): void
  all(): readonly string[]
  /** The paths of all files below a folder. */
  below(folder: string): readonly string[]
  /** The names of the files and folders directly in a folder. */
  namesIn(folder: string): { readonly files: readonly string[]; readonly folders: readonly string[] }
  /** With all that is below it. */
  deleteFolder(folder: string): void
}

interface Folder {
  readonly files: Map<string, Fingerprint>
  readonly folders: Map<string, Folder>
}

export function createKnownFiles(): KnownFiles {
  const top = newFolder()

  function find(names: readonly string[]): Folder | undefined {
    let folder: Folder | undefined = top
    for (const name of names) folder = folder?.folders.get(name)
    return folder
  }

  function make(names: readonly string[]): Folder {
    let folder = top
    for (const name of names) {
      const next = folder.folders.get(name) ?? newFolder()
      folder.folders.set(name, next)
      folder = next
    }
    return folder
  }

  return {
    get(path) {
      const { names, last } = split(path)
      return find(names)?.files.get(last)
    },
    set(path, file) {
      const { names, last } = split(path)
      make(names).files.set(last, file)
    },
    delete(path) {
      const { names, last } = split(path)
      find(names)?.files.delete(last)
    },
    all: () => [...filesBelow(top, '')],
    below(folder) {
      const found = find(folder.split(sep))
      return found ? [...filesBelow(found, folder + sep)] : []
    },
    namesIn(folder) {
      const found = find(folder.split(sep))
      return { files: [...(found?.files.keys() ?? [])], folders: [...(found?.folders.keys() ?? [])] }
    },
    deleteFolder(folder) {
      const { names, last } = split(folder)
      find(names)?.folders.delete(last)
    },
  }
}

function newFolder(): Folder {
  return { files: new Map(), folders: new Map() }
}

function split(path: string): { names: readonly string[]; last: string } {
  const names = path.split(sep)
  const last = names.pop() ?? ''
  return { names, last }
}

function* filesBelow(folder: Folder, prefix: string): Generator<string> {
  for (const name of folder.files.keys()) yield prefix + name
  for (const [name, inner] of folder.folders) yield* filesBelow(inner, prefix + name + sep)
}
