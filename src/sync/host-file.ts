import { createHash } from 'node:crypto'
import { constants, type FileHandle, lstat, open, readlink } from 'node:fs/promises'

/** What the disk holds at a path now. */
export type HostEntry =
  /** `size` in bytes; of `mode` the permission bits. */
  | { readonly kind: 'file'; readonly size: number; readonly mode: number }
  | { readonly kind: 'link'; readonly destination: string }
  | { readonly kind: 'folder' }
  /** Nothing, or something that no image carries, such as a socket. */
  | { readonly kind: 'gone' }
  | Unreadable

export interface Unreadable {
  readonly kind: 'unreadable'
  /** In words. */
  readonly why: string
}

export type HostFile =
  | Exclude<HostEntry, { readonly kind: 'file' }>
  | { readonly kind: 'file'; readonly bytes: Uint8Array; readonly mode: number }

/** Bytes; what is larger goes into an image faster than through a stream. */
const largestFileBytes = 64 * 1024 * 1024

export async function lookAt(path: string): Promise<HostEntry> {
  try {
    const stats = await lstat(path)
    if (stats.isSymbolicLink()) return { kind: 'link', destination: await readlink(path) }
    if (stats.isDirectory()) return { kind: 'folder' }
    if (!stats.isFile()) return { kind: 'gone' }
    return { kind: 'file', size: stats.size, mode: stats.mode & 0o777 }
  } catch (error) {
    return withoutAccess(error)
  }
}

/** `unreadable` also where it is too large to be held in memory. */
export async function readHostFile(path: string): Promise<HostFile> {
  const entry = await lookAt(path)
  if (entry.kind !== 'file') return entry
  if (entry.size > largestFileBytes)
    return { kind: 'unreadable', why: `it has more than ${largestFileBytes / 1024 / 1024} MiB` }
  try {
    await using file = await openFile(path)
    // What a writer adds meanwhile is a change of its own, and might never end.
    const bytes = await readUpTo(file, entry.size)
    return { kind: 'file', bytes, mode: entry.mode }
  } catch (error) {
    return withoutAccess(error)
  }
}

/** The checksum of a file of any size, in hexadecimal digits; undefined where it cannot be read. */
export async function hashHostFile(path: string, algorithm: 'sha256' | 'md5'): Promise<string | undefined> {
  const hash = createHash(algorithm)
  try {
    await using file = await openFile(path)
    const { size } = await file.stat()
    const buffer = Buffer.allocUnsafe(Math.min(size, hashedBytes))
    for (let done = 0; done < size; ) {
      const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, size - done))
      if (bytesRead === 0) break
      hash.update(buffer.subarray(0, bytesRead))
      done += bytesRead
    }
    return hash.digest('hex')
  } catch {
    return undefined
  }
}

/** How much of a file is in memory while it is hashed. */
const hashedBytes = 1024 * 1024

/** What took the place of a file meanwhile is not followed, nor waited for as one waits for a pipe's other end. */
function openFile(path: string): Promise<FileHandle> {
  return open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
}

async function readUpTo(file: FileHandle, size: number): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafe(size)
  let done = 0
  while (done < size) {
    const { bytesRead } = await file.read(bytes, done, size - done)
    if (bytesRead === 0) break
    done += bytesRead
  }
  return bytes.subarray(0, done)
}

function withoutAccess(error: unknown): { readonly kind: 'gone' } | Unreadable {
  const { code = '', message } = error as NodeJS.ErrnoException
  return isMissing.has(code) ? { kind: 'gone' } : { kind: 'unreadable', why: message }
}

const isMissing: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR'])
