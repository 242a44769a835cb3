import { lstat } from 'node:fs/promises'
import path from 'node:path'
import { fail, ok, type Result } from '../model/result.ts'
import type { SyncEdit } from '../model/sync.ts'
import { inBatches } from '../util/batches.ts'
import { type HostFile, isMissing, readHostFile } from './host-file.ts'
import type { StreamFailure, SyncStream } from './stream.ts'

/** What one edit is to do in a container. */
type Target = Pick<SyncEdit, 'path' | 'target'>

/** Why a file is not in the container as it is on the host. */
export type TransferFailure = StreamFailure & {
  /** The container path, where it is known. */
  readonly path?: string
}

/** From this many files on, sending them together takes less time. */
const fewFiles = 8
/** How much is read from disk before it is sent, in bytes and in files; more may be on its way. */
const portionBytes = 8 * 1024 * 1024
const portionFiles = 1_000
/** How many things may be in the way of one portion. */
const maxObstacles = 100
/** How many files are looked at side by side. */
const parallelReads = 32

/**
 * Makes files of a container what they are on the host now, however they came to be different: what is not on the host
 * is deleted. Gives the number of files.
 */
export async function transfer(
  stream: SyncStream,
  targets: readonly Target[],
): Promise<Result<number, TransferFailure>> {
  const present = await inBatches(targets, parallelReads, isThere)
  // Before anything is written: a folder may be about to take the place of a file.
  const gone = await Promise.all(targets.filter((_, index) => !present[index]).map(goneWith))
  const deleted = await Promise.all([...new Set(gone)].map(target => stream.delete(target)))
  const refused = deleted.find(result => !result.ok)
  if (refused && !refused.ok) return refused
  return send(
    stream,
    targets.filter((_, index) => present[index]),
    targets.length,
  )
}

async function send(
  stream: SyncStream,
  targets: readonly Target[],
  count: number,
): Promise<Result<number, TransferFailure>> {
  let portion: Read[] = []
  let bytes = 0
  for (const group of slices(targets, parallelReads)) {
    const read = await Promise.all(
      group.map(async one => ({ target: one.target, file: await readHostFile(one.path) })),
    )
    portion.push(...read)
    bytes += read.reduce((sum, { file }) => sum + (file.kind === 'file' ? file.bytes.length : 0), 0)
    if (bytes < portionBytes && portion.length < portionFiles) continue
    const sent = await sendPortion(stream, portion)
    if (!sent.ok) return sent
    portion = []
    bytes = 0
  }
  const sent = await sendPortion(stream, portion)
  return sent.ok ? ok(count) : sent
}

interface Read {
  readonly target: string
  readonly file: HostFile
}

async function sendPortion(
  stream: SyncStream,
  portion: readonly Read[],
): Promise<Result<void, TransferFailure>> {
  const files = portion.flatMap(({ target, file }) =>
    file.kind === 'file' ? [{ path: target, bytes: file.bytes, mode: file.mode }] : [],
  )
  const isMany = files.length > fewFiles
  if (isMany) {
    const sent = await clearingTheWay(stream, () => stream.writeMany(files))
    if (!sent.ok) return sent
  }
  const rest = isMany ? portion.filter(({ file }) => file.kind !== 'file') : portion
  const results = await Promise.all(rest.map(one => sendOne(stream, one)))
  return results.find(result => !result.ok) ?? ok(undefined)
}

async function sendOne(stream: SyncStream, { target, file }: Read): Promise<Result<void, TransferFailure>> {
  const sent = await clearingTheWay(stream, () => sendFile(stream, target, file))
  return sent.ok ? sent : fail({ ...sent.failure, path: target })
}

/**
 * What is in the way of a file is of another kind than on the host, where it was replaced: a folder by a file, or a file
 * by a folder. So it goes.
 */
async function clearingTheWay<Failure extends StreamFailure>(
  stream: SyncStream,
  write: () => Promise<Result<void, Failure>>,
): Promise<Result<void, Failure | StreamFailure>> {
  let written = await write()
  for (let cleared = 0; cleared < maxObstacles; cleared++) {
    if (written.ok || written.failure.kind === 'lost' || !written.failure.obstacle) return written
    const deleted = await stream.delete(written.failure.obstacle.path)
    if (!deleted.ok) return deleted
    written = await write()
  }
  return written
}

function sendFile(stream: SyncStream, target: string, file: HostFile): Promise<Result<void, StreamFailure>> {
  switch (file.kind) {
    case 'file':
      return stream.write(target, file.bytes, file.mode)
    case 'link':
      return stream.link(target, file.destination)
    case 'gone':
      return stream.delete(target)
    case 'unreadable':
      return Promise.resolve(fail({ kind: 'refused', message: file.why }))
    default:
      return file satisfies never
  }
}

async function isThere({ path: file }: Target): Promise<boolean> {
  return (await stateOf(file)) === 'file'
}

async function stateOf(file: string): Promise<'file' | 'folder' | 'gone'> {
  try {
    const stats = await lstat(file)
    return stats.isDirectory() ? 'folder' : 'file'
  } catch (error) {
    // What cannot be looked at is told when it is read.
    return isMissing.has((error as NodeJS.ErrnoException).code ?? '') ? 'gone' : 'file'
  }
}

/**
 * What to delete for a file that is gone: where its folder is gone as well, the folder, which would stay behind empty.
 * As long as both sides have the same names, and never a folder at the container's root.
 */
async function goneWith({ path: file, target }: Target): Promise<string> {
  const folder = path.dirname(file)
  const targetFolder = path.posix.dirname(target)
  const isAlike = path.basename(folder) === path.posix.basename(targetFolder)
  const isDeep = path.posix.dirname(targetFolder) !== '/'
  const isGoneToo = isAlike && isDeep && (await stateOf(folder)) === 'gone'
  return isGoneToo ? goneWith({ path: folder, target: targetFolder }) : target
}

function* slices<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size)
}
