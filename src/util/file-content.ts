import { createHash, hash } from 'node:crypto'
import { closeSync, fstatSync, openSync, readFileSync, type Stats } from 'node:fs'
import { open } from 'node:fs/promises'

export interface FileContent {
  /** Of the content, in base64. */
  readonly digest: string
  /** As they were before the content was read. */
  readonly stats: Stats
  /** What was written since then has left other stats. */
  readonly isSettled: boolean
}

/** Bytes up to which a file is read at once. */
const smallFileBytes = 1024 * 1024
const chunkBytes = 256 * 1024

/**
 * Reads a regular file and digests it. Memory is bounded, however big the file is.
 *
 * A small file is read synchronously: that takes a quarter of the time of the same calls through the thread pool.
 *
 * @param size in bytes, as somebody has just seen it.
 * @throws the file system's error, such as ENOENT, where the file cannot be read.
 */
export async function digestFile(
  path: string,
  size: number,
  algorithm: 'sha1' | 'sha256',
): Promise<FileContent> {
  return size > smallFileBytes ? digestInChunks(path, algorithm) : digestAtOnce(path, algorithm)
}

/**
 * By what a file is known to be unchanged without being read: size, times and inode. As long as it is the same the
 * content is, if the file was settled when it was taken.
 */
export function stampOf({ size, mtimeMs, ctimeMs, ino }: Stats): string {
  return `${size} ${mtimeMs} ${ctimeMs} ${ino}`
}

/**
 * Whether the next write will leave another stamp (git's rule for "racily clean" files). Most file systems count in
 * ticks of the kernel, up to 10 ms; some in whole seconds, FAT in two.
 */
export function isSettled({ mtimeMs, ctimeMs }: Stats): boolean {
  const tickMs = mtimeMs % 1000 === 0 ? 2_000 : 20
  return Date.now() - Math.max(mtimeMs, ctimeMs) > tickMs
}

function digestAtOnce(path: string, algorithm: string): FileContent {
  const file = openSync(path, 'r')
  try {
    const stats = fstatSync(file)
    return { stats, isSettled: isSettled(stats), digest: hash(algorithm, readFileSync(file), 'base64') }
  } finally {
    closeSync(file)
  }
}

async function digestInChunks(path: string, algorithm: string): Promise<FileContent> {
  await using file = await open(path, 'r')
  const stats = await file.stat()
  const wasSettled = isSettled(stats)
  const digest = createHash(algorithm)
  const chunk = Buffer.allocUnsafe(chunkBytes)
  // At most the size that it had, so that a file that grows as fast as it is read comes to an end.
  for (let left = stats.size; left > 0; ) {
    const { bytesRead } = await file.read(chunk, 0, Math.min(chunkBytes, left))
    if (bytesRead === 0) break
    digest.update(chunk.subarray(0, bytesRead))
    left -= bytesRead
  }
  return { stats, isSettled: wasSettled, digest: digest.digest('base64') }
}
