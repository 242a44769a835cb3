import { randomBytes } from 'node:crypto'
import { chmod, lstat, mkdir, readFile, rename, rm, rmdir, unlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { temporaryPrefix } from './agent-write.ts'
import { keptCopyName } from './kept-copy.ts'

export type HostOutcome =
  | { readonly kind: 'done'; readonly path: string }
  /** The file is no longer what it was when it was decided to change it, and stays. */
  | { readonly kind: 'changed' }
  | { readonly kind: 'refused'; readonly why: string }

/** A file that a container is about to change on the host. */
export interface HostTarget {
  readonly path: string
  /** The folder, or the one file, that the rule names. Between it and the file, no link is followed. */
  readonly root: string
  /** Whether the host's file is still the one that may be replaced. It is asked at the last moment. */
  readonly isStill: () => Promise<boolean>
}

/** How many versions of one file that a container lost are kept. */
const maxCopies = 100

/** Puts contents in the place of a file at once, and makes the folders that lead to it. */
export function replaceOnHost(
  { path: file, root, isStill }: HostTarget,
  bytes: Uint8Array,
  isExecutable: boolean,
): Promise<HostOutcome> {
  return attempt(async () => {
    const refusal = await makeFolders(root, file)
    if (refusal) return refusal
    const temporary = path.join(path.dirname(file), `${temporaryPrefix}${randomBytes(8).toString('hex')}`)
    try {
      await writeFile(temporary, bytes, { flag: 'wx', mode: isExecutable ? 0o777 : 0o666 })
      await keepMode(file, temporary, isExecutable)
      if (!(await isStill())) return { kind: 'changed' }
      await rename(temporary, file)
    } finally {
      await rm(temporary, { force: true })
    }
    return { kind: 'done', path: file }
  })
}

/** Deletes a file, and the folders below the root that are empty then. */
export function deleteOnHost({ path: file, root, isStill }: HostTarget): Promise<HostOutcome> {
  return attempt(async () => {
    if (!(await isStill())) return { kind: 'changed' }
    const refusal = await makeFolders(root, file)
    if (refusal) return refusal
    await unlink(file)
    await deleteEmptyFolders(path.dirname(file), root)
    return { kind: 'done', path: file }
  })
}

/** Puts contents beside a file, under a name that is free or that holds just them. */
export function keepOnHost(
  { path: file, root }: Omit<HostTarget, 'isStill'>,
  bytes: Uint8Array,
): Promise<HostOutcome> {
  return attempt(async () => {
    const refusal = await makeFolders(root, file)
    if (refusal) return refusal
    for (let count = 0; count < maxCopies; count++) {
      const copy = keptCopyName(file, count)
      try {
        await writeFile(copy, bytes, { flag: 'wx' })
        return { kind: 'done', path: copy }
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      }
      const kept = (await lstat(copy)).isFile() ? await readFile(copy) : undefined
      if (kept?.equals(bytes)) return { kind: 'done', path: copy }
    }
    return { kind: 'refused', why: `there are ${maxCopies} versions of it from containers already` }
  })
}

/** What the disk refuses is the user's to mend, all else is a bug. */
async function attempt(work: () => Promise<HostOutcome>): Promise<HostOutcome> {
  try {
    return await work()
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    return { kind: 'refused', why: message }
  }
}

/** Gives why a file cannot be reached; never through a link, which may lead anywhere. */
async function makeFolders(root: string, file: string): Promise<HostOutcome | undefined> {
  await mkdir(path.dirname(root), { recursive: true })
  if (file === root) return undefined
  let folder = root
  for (const name of ['', ...path.relative(root, path.dirname(file)).split(path.sep)]) {
    folder = path.join(folder, name)
    const stats = await lstat(folder).catch(noneIfMissing)
    if (stats && !stats.isDirectory())
      return {
        kind: 'refused',
        why: `${path.basename(folder)} is a ${stats.isSymbolicLink() ? 'link' : 'file'} here`,
      }
    // Another file may be on its way into the same folder.
    if (!stats) await mkdir(folder, { recursive: true })
  }
  return undefined
}

async function deleteEmptyFolders(folder: string, root: string): Promise<void> {
  for (let empty = folder; empty.startsWith(root + path.sep); empty = path.dirname(empty)) {
    const isDeleted = await rmdir(empty).then(
      () => true,
      () => false,
    )
    if (!isDeleted) return
  }
}

/** The permissions that the user gave the file stay, but for those to execute it. */
async function keepMode(file: string, successor: string, isExecutable: boolean): Promise<void> {
  const stats = await lstat(file).catch(noneIfMissing)
  if (!stats?.isFile()) return
  const mode = stats.mode & 0o666
  await chmod(successor, isExecutable ? mode | ((mode & 0o444) >> 2) : mode)
}

function noneIfMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}
