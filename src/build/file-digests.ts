import { lstatSync, readlinkSync, type Stats, statSync } from 'node:fs'
import { digestFile, stampOf } from '../util/file-content.ts'

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

/** Files that are remembered, some 250 bytes each. */
const maxRemembered = 50_000

export function createFileDigests(): FileDigests {
  const known = new Map<string, { readonly stamp: string; readonly digest: string }>()

  /** @param stats of what is at the path, through a link where it is one. */
  async function contentOf(path: string, stats: Stats): Promise<string> {
    const remembered = known.get(path)
    if (remembered?.stamp === stampOf(stats)) return remembered.digest
    const read = await digestFile(path, stats.size, 'sha256')
    known.delete(path)
    if (known.size >= maxRemembered) known.delete(known.keys().next().value ?? '')
    // One that is not settled is read again, since its next write could look the same.
    if (read.isSettled) known.set(path, { stamp: stampOf(read.stats), digest: read.digest })
    return read.digest
  }

  return {
    async stateOf(path) {
      const own = lstatSync(path, { throwIfNoEntry: false })
      if (!own) return undefined
      if (own.isFile()) return { digest: `${modeOf(own)} ${await contentOf(path, own)}`, stamp: stampOf(own) }
      if (!own.isSymbolicLink()) return { digest: `${modeOf(own)} other`, stamp: stampOf(own) }
      const destination = readlinkSync(path)
      const behind = statBehind(path)
      if (!behind?.isFile()) return { digest: `link ${destination}`, stamp: stampOf(own) }
      const content = `${modeOf(behind)} ${await contentOf(path, behind)}`
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
