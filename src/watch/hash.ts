import { createHash, hash } from 'node:crypto'
import { closeSync, fstatSync, openSync, readFileSync, type Stats } from 'node:fs'
import { open } from 'node:fs/promises'

/** What is kept of a file instead of its content. */
export interface Fingerprint {
  /**
   * Size, times and inode: as long as they are the same the content is, and needs no reading. `undefined` while a
   * write could still leave them the same, because the clock of the file system has not moved on since the last one.
   */
  readonly stamp: string | undefined
  /** Of the content and the permissions; `undefined` where the content was not read yet. */
  readonly hash: string | undefined
}

/** Bytes up to which a file is read at once. */
const smallFileBytes = 1024 * 1024
/** Bytes above which a file is told by its size and time alone: reading it would take longer than a person waits. */
const largestReadBytes = 256 * 1024 * 1024
const chunkBytes = 256 * 1024

/** The fingerprint without a look at the content. */
export function stampOf(stats: Stats): Fingerprint {
  return { stamp: isSettled(stats) ? describeStats(stats) : undefined, hash: undefined }
}

/**
 * Reads a regular file and fingerprints it. Memory is bounded, however big the file is.
 *
 * A small file is read synchronously: that takes a quarter of the time of the same calls through the thread pool.
 *
 * @throws the file system's error, such as ENOENT, where the file cannot be read.
 */
export async function fingerprint(path: string, { size }: Stats): Promise<Fingerprint> {
  if (size > largestReadBytes) return fingerprintByStats(path)
  return size > smallFileBytes ? fingerprintInChunks(path) : fingerprintAtOnce(path)
}

function fingerprintAtOnce(path: string): Fingerprint {
  const file = openSync(path, 'r')
  try {
    // Before the content: what is written while it is read leaves later times, and another look finds it.
    const stats = fstatSync(file)
    const { stamp } = stampOf(stats)
    return { stamp, hash: finish(hash('sha1', readFileSync(file), 'base64'), stats) }
  } finally {
    closeSync(file)
  }
}

async function fingerprintInChunks(path: string): Promise<Fingerprint> {
  await using file = await open(path, 'r')
  const stats = await file.stat()
  const { stamp } = stampOf(stats)
  const digest = createHash('sha1')
  const chunk = Buffer.allocUnsafe(chunkBytes)
  // At most the size that it had, so that a file that grows as fast as it is read comes to an end.
  for (let left = stats.size; left > 0; ) {
    const { bytesRead } = await file.read(chunk, 0, Math.min(chunkBytes, left))
    if (bytesRead === 0) break
    digest.update(chunk.subarray(0, bytesRead))
    left -= bytesRead
  }
  return { stamp, hash: finish(digest.digest('base64'), stats) }
}

async function fingerprintByStats(path: string): Promise<Fingerprint> {
  await using file = await open(path, 'r')
  const stats = await file.stat()
  return { stamp: stampOf(stats).stamp, hash: finish(`${stats.size} ${stats.mtimeMs}`, stats) }
}

/** An image carries a file's permissions too: `chmod +x entrypoint.sh` is a change. */
function finish(content: string, { mode }: Stats): string {
  return `${content.slice(0, 20)} ${(mode & 0o777).toString(8)}`
}

function describeStats({ size, mtimeMs, ctimeMs, ino }: Stats): string {
  return `${size} ${mtimeMs} ${ctimeMs} ${ino}`
}

/**
 * Whether the next write will leave other times than these (git's rule for "racily clean" files). Most file systems
 * count in ticks of the kernel, up to 10 ms; some in whole seconds, FAT in two.
 */
function isSettled({ mtimeMs, ctimeMs }: Stats): boolean {
  const tickMs = mtimeMs % 1000 === 0 ? 2_000 : 20
  return Date.now() - Math.max(mtimeMs, ctimeMs) > tickMs
}
