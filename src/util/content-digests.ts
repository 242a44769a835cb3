import type { Stats } from 'node:fs'
import { digestFile, stampOf } from './file-content.ts'

/** Digests files, and remembers what it has read: a file that was not written since then is not read again. */
export interface ContentDigests {
  /**
   * The SHA-256 of a regular file's content, in base64.
   *
   * @param stats of the file, as somebody has just seen them.
   * @throws the file system's error where it cannot be read.
   */
  digestOf(path: string, stats: Stats): Promise<string>
}

/** Files that are remembered, some 250 bytes each. */
const maxRemembered = 50_000

export function createContentDigests(): ContentDigests {
  const known = new Map<string, { readonly stamp: string; readonly digest: string }>()
  return {
    async digestOf(path, stats) {
      const remembered = known.get(path)
      if (remembered?.stamp === stampOf(stats)) return remembered.digest
      const read = await digestFile(path, stats.size, 'sha256')
      known.delete(path)
      if (known.size >= maxRemembered) known.delete(known.keys().next().value ?? '')
      // One that is not settled is read again, since its next write could look the same.
      if (read.isSettled) known.set(path, { stamp: stampOf(read.stats), digest: read.digest })
      return read.digest
    },
  }
}
