import { closeSync, constants, copyFileSync, fstatSync, openSync, readSync, writeSync } from 'node:fs'

const chunkBytes = 256 * 1024
/** Until it is known that the file system has no clones. */
let isCloneTried = true

/**
 * Makes a file of a regular file's bytes: a clone where the file system has such.
 *
 * Node's own copy does not end where the file becomes shorter meanwhile, for it waits for as many bytes as there were
 * (libuv's `uv_fs_copyfile`). This one ends with the file, and takes no more than it had at first.
 *
 * @throws the file system's error.
 */
export function copyFile(source: string, target: string): void {
  if (!clone(source, target)) copyBytes(source, target)
}

function clone(source: string, target: string): boolean {
  if (!isCloneTried) return false
  try {
    copyFileSync(source, target, constants.COPYFILE_FICLONE_FORCE)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTSUP') isCloneTried = false
    return false
  }
}

function copyBytes(source: string, target: string): void {
  const from = openSync(source, 'r')
  try {
    const { size, mode } = fstatSync(from)
    const to = openSync(target, 'w', mode)
    try {
      const chunk = Buffer.allocUnsafe(Math.min(size, chunkBytes))
      for (let left = size; left > 0; ) {
        const read = readSync(from, chunk, 0, Math.min(chunk.length, left), null)
        if (read === 0) break
        for (let sent = 0; sent < read; ) sent += writeSync(to, chunk, sent, read - sent)
        left -= read
      }
    } finally {
      closeSync(to)
    }
  } finally {
    closeSync(from)
  }
}
