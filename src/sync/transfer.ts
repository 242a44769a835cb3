import { fail, ok, type Result } from '../model/result.ts'
import type { SyncEdit } from '../model/sync.ts'
import { inBatches } from '../util/batches.ts'
import { type HostEntry, type HostFile, lookAt, readHostFile } from './host-file.ts'
import { removeGone, removeReplaced } from './removal.ts'
import type { StreamFailure, SyncStream } from './stream.ts'

/** What changes a container's files. */
export type FileWriter = Pick<SyncStream, 'write' | 'writeMany' | 'link' | 'delete' | 'makeFolder' | 'run'>

/** What one edit is to do in a container. */
type Target = Pick<SyncEdit, 'path' | 'target'>

/** Why a file is not in the container as it is on the host. */
export type TransferFailure = StreamFailure & {
  /** The container path, where it is known. */
  readonly path?: string
}

/** From this many files on, sending them together takes less time. */
const fewFiles = 8
/** How much is read from disk before it is sent, in bytes and in files; one file that is larger goes alone. */
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
  stream: FileWriter,
  targets: readonly Target[],
): Promise<Result<number, TransferFailure>> {
  const seen = await inBatches(targets, parallelReads, async (target): Promise<Seen> => {
    return { target, entry: await lookAt(target.path) }
  })
  // Before anything is written: a folder may be about to take the place of a file.
  const targetsOf = (kind: HostEntry['kind']) =>
    seen.filter(({ entry }) => entry.kind === kind).map(({ target }) => target)
  const folders = targetsOf('folder').map(({ target }) => target)
  const replaced = await removeReplaced(stream, folders)
  if (!replaced.ok) return replaced
  const removed = await removeGone(stream, targetsOf('gone'))
  if (!removed.ok) return removed
  for (const portion of portions(seen.filter(({ entry }) => entry.kind !== 'gone'))) {
    const read = await inBatches(portion, parallelReads, async ({ path, target }): Promise<Read> => {
      return { target, file: await readHostFile(path) }
    })
    const sent = await sendPortion(stream, read)
    if (!sent.ok) return sent
  }
  return ok(targets.length)
}

interface Seen {
  readonly target: Target
  readonly entry: HostEntry
}

/** What is read, and so in memory, at a time. */
function* portions(seen: readonly Seen[]): Generator<readonly Target[]> {
  let portion: Target[] = []
  let bytes = 0
  for (const { target, entry } of seen) {
    const size = entry.kind === 'file' ? entry.size : 0
    if (portion.length > 0 && (bytes + size > portionBytes || portion.length === portionFiles)) {
      yield portion
      portion = []
      bytes = 0
    }
    portion.push(target)
    bytes += size
  }
  if (portion.length > 0) yield portion
}

interface Read {
  readonly target: string
  readonly file: HostFile
}

async function sendPortion(
  stream: FileWriter,
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

async function sendOne(stream: FileWriter, { target, file }: Read): Promise<Result<void, TransferFailure>> {
  const sent = await clearingTheWay(stream, () => sendFile(stream, target, file))
  return sent.ok ? sent : fail({ ...sent.failure, path: target })
}

/**
 * What is in the way of a file is of another kind than on the host, where it was replaced: a folder by a file, or a file
 * by a folder. So it goes.
 */
async function clearingTheWay<Failure extends StreamFailure>(
  stream: FileWriter,
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

function sendFile(stream: FileWriter, target: string, file: HostFile): Promise<Result<void, StreamFailure>> {
  switch (file.kind) {
    case 'file':
      return stream.write(target, file.bytes, file.mode)
    case 'link':
      return stream.link(target, file.destination)
    case 'folder':
      return stream.makeFolder(target)
    case 'gone':
      return stream.delete(target)
    case 'unreadable':
      return Promise.resolve(fail({ kind: 'refused', message: file.why }))
    default:
      return file satisfies never
  }
}
