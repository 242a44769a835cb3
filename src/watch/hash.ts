import type { Stats } from 'node:fs'
import { open } from 'node:fs/promises'
import { digestFile, isSettled, stampOf as stampOfStats } from '../util/file-content.ts'

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

/** Bytes above which a file is told by its size and time alone: reading it would take longer than a person waits. */
const largestReadBytes = 256 * 1024 * 1024

/** The fingerprint without a look at the content. */
export function stampOf(stats: Stats): Fingerprint {
  return { stamp: settledStamp(stats, isSettled(stats)), hash: undefined }
}

/**
 * Reads a regular file and fingerprints it. Memory is bounded, however big the file is.
 *
 * @throws the file system's error, such as ENOENT, where the file cannot be read.
 */
export async function fingerprint(path: string, { size }: Stats): Promise<Fingerprint> {
  if (size > largestReadBytes) return fingerprintByStats(path)
  const { stats, isSettled, digest } = await digestFile(path, size, 'sha1')
  return { stamp: settledStamp(stats, isSettled), hash: finish(digest, stats) }
}

function settledStamp(stats: Stats, isSettled: boolean): string | undefined {
  return isSettled ? stampOfStats(stats) : undefined
}

async function fingerprintByStats(path: string): Promise<Fingerprint> {
  await using file = await open(path, 'r')
  const stats = await file.stat()
  return { ...stampOf(stats), hash: finish(`${stats.size} ${stats.mtimeMs}`, stats) }
}

/** An image carries a file's permissions too: `chmod +x entrypoint.sh` is a change. */
function finish(content: string, { mode }: Stats): string {
  return `${content.slice(0, 20)} ${(mode & 0o777).toString(8)}`
}
