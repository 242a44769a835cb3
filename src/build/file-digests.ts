import { lstatSync, readlinkSync, type Stats, statSync } from 'node:fs'
import { createContentDigests } from '../util/content-digests.ts'
import { stampOf } from '../util/file-content.ts'

/** What an image can hold of a file, and by what a write that leaves the same content is seen. */
export interface FileState {
  /** Content and permissions; of a link where it leads, and the content of a file there. Equal for equal files. */
  readonly digest: string
  /** Another one after each write, whatever was written. */
  readonly stamp: string
}

/** Digests files, and remembers what it has read: a file that was not written since then is not read again. */
export interface FileDigests {
  /** Undefined where nothing is at the path. @throws the file system's error where it cannot be read. */
  stateOf(path: string): Promise<FileState | undefined>
}

export function createFileDigests(): FileDigests {
  const contents = createContentDigests()
  return {
    async stateOf(path) {
      const own = lstatSync(path, { throwIfNoEntry: false })
      if (!own) return undefined
      if (own.isFile())
        return { digest: `${modeOf(own)} ${await contents.digestOf(path, own)}`, stamp: stampOf(own) }
      if (!own.isSymbolicLink()) return { digest: `${modeOf(own)} other`, stamp: stampOf(own) }
      const destination = readlinkSync(path)
      const behind = statBehind(path)
      if (!behind?.isFile()) return { digest: `link ${destination}`, stamp: stampOf(own) }
      const content = `${modeOf(behind)} ${await contents.digestOf(path, behind)}`
      return { digest: `link ${destination} ${content}`, stamp: `${stampOf(own)} ${stampOf(behind)}` }
    },
  }
}

/** Undefined where a link leads nowhere, or to itself. */
function statBehind(link: string): Stats | undefined {
  try {
    return statSync(link)
  } catch {
    return undefined
  }
}

function modeOf({ mode }: Stats): string {
  return (mode & 0o7777).toString(8)
}
