import { lstat, readFile, readlink } from 'node:fs/promises'

/** What the disk holds at a path now. */
export type HostFile =
  | { readonly kind: 'file'; readonly bytes: Uint8Array; readonly mode: number }
  | { readonly kind: 'link'; readonly destination: string }
  /** Nothing, or something that no image carries, such as a socket. */
  | { readonly kind: 'gone' }
  /** Reading it would take more memory than devloop allows itself, or is not allowed; in words. */
  | { readonly kind: 'unreadable'; readonly why: string }

/** Bytes; what is larger goes into an image faster than through a stream. */
export const largestFileBytes = 64 * 1024 * 1024

export async function readHostFile(path: string): Promise<HostFile> {
  try {
    const stats = await lstat(path)
    if (stats.isSymbolicLink()) return { kind: 'link', destination: await readlink(path) }
    if (!stats.isFile()) return { kind: 'gone' }
    if (stats.size > largestFileBytes)
      return { kind: 'unreadable', why: `it has more than ${largestFileBytes / 1024 / 1024} MiB` }
    return { kind: 'file', bytes: await readFile(path), mode: stats.mode & 0o777 }
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException
    return isMissing.has(code) ? { kind: 'gone' } : { kind: 'unreadable', why: message }
  }
}

export const isMissing: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR'])
