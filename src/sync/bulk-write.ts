import { fail, ok, type Result } from '../model/result.ts'
import { type TarName, tarArchive, tarEntryBytes, tarName } from '../util/tar.ts'
import { stagingName } from './agent-bulk.ts'
import { bulkFrame } from './frames.ts'
import type { StreamFailure } from './refusal.ts'
import type { Send } from './send-queue.ts'

export interface FileWrite {
  /** Absolute and normalized. */
  readonly path: string
  readonly bytes: Uint8Array
  /** Permission bits. */
  readonly mode: number
}

/** Where the path is known, it is about this one. */
export type BulkFailure = StreamFailure & { readonly path?: string }

export interface BulkWriter {
  readonly send: Send
  /** Marks the agent's temporary files. */
  readonly token: string
  /** Whether the container has a `tar`, and can tell its input from what comes after. */
  readonly canUnpack: boolean
  readonly writeOne: (file: FileWrite) => Promise<Result<void, StreamFailure>>
}

/** Fewer files than these are written sooner one by one. Measured. */
const minFiles = 8
/** A larger file has more to gain from going straight to its place. */
const maxFileBytes = 65_536
/** Of one command: small enough that several are on the way, and that the agent is never silent for long. */
const maxArchiveBytes = 524_288
const maxFolders = 128
/** How many single writes are begun before it is known that one of them failed. */
const maxSingles = 64

/** One archive, and the files that are in it. */
interface Bulk {
  readonly files: Map<string, StagedFile>
  readonly folders: Set<string>
  bytes: number
}

interface StagedFile {
  readonly file: FileWrite
  readonly folder: string
  readonly name: TarName
}

/** Writes all files, of two for the same path the later one. After a failure, any of them may have been written. */
export async function writeFiles(
  files: readonly FileWrite[],
  writer: BulkWriter,
): Promise<Result<void, BulkFailure>> {
  const newest = [...new Map(files.map(file => [file.path, file])).values()]
  const { bulks, singles } = plan(newest, writer)
  const outcomes = await Promise.all(bulks.map(bulk => sendBulk(bulk, writer)))
  for (const outcome of outcomes) {
    if (!outcome.ok) return outcome
    singles.push(...outcome.value)
  }
  for (let start = 0; start < singles.length; start += maxSingles) {
    const results = await Promise.all(
      singles.slice(start, start + maxSingles).map(file => writeSingle(file, writer)),
    )
    const failed = results.find(result => !result.ok)
    if (failed) return failed
  }
  return ok(undefined)
}

function plan(
  files: readonly FileWrite[],
  { canUnpack, token }: BulkWriter,
): { bulks: readonly Bulk[]; singles: FileWrite[] } {
  if (!canUnpack || files.length < minFiles) return { bulks: [], singles: [...files] }
  const singles: FileWrite[] = []
  const staged: StagedFile[] = []
  for (const file of files) {
    const each = stage(file, token)
    if (each) staged.push(each)
    else singles.push(file)
  }
  const bulks: Bulk[] = []
  // A folder that is in several bulks costs a process in each.
  for (const each of [...Map.groupBy(staged, ({ folder }) => folder).values()].flat()) {
    let bulk = bulks.at(-1)
    if (!bulk || !fits(each, bulk)) {
      bulk = { files: new Map(), folders: new Set(), bytes: 0 }
      bulks.push(bulk)
    }
    bulk.files.set(each.file.path, each)
    bulk.folders.add(each.folder)
    bulk.bytes += tarEntryBytes(each.file.bytes.length)
  }
  return { bulks, singles }
}

/** Nothing where the file is better written by itself. */
function stage(file: FileWrite, token: string): StagedFile | undefined {
  if (file.bytes.length > maxFileBytes) return undefined
  const end = file.path.lastIndexOf('/')
  const folder = file.path.slice(0, end)
  const name = tarName(`${folder}/${stagingName(token)}`.slice(1), file.path.slice(end + 1))
  return name && { file, folder, name }
}

function fits({ file, folder }: StagedFile, bulk: Bulk): boolean {
  const folders = bulk.folders.size + (bulk.folders.has(folder) ? 0 : 1)
  return bulk.bytes + tarEntryBytes(file.bytes.length) <= maxArchiveBytes && folders <= maxFolders
}

/** Gives the files that the agent left to single writes. */
function sendBulk(bulk: Bulk, { send, token }: BulkWriter): Promise<Result<FileWrite[], StreamFailure>> {
  const left: string[][] = []
  return send<FileWrite[]>({
    frame: () => {
      const entries = Array.from(bulk.files.values(), ({ file: { bytes, mode }, name }) => ({
        name,
        bytes,
        mode,
      }))
      return bulkFrame([...bulk.folders], tarArchive(entries), token)
    },
    onLine: line => left.at(-1)?.push(line),
    onAnswer: ([status]) => {
      if (status === 'left') {
        left.push([])
        return undefined
      }
      const staged =
        status === 'ok' ? left.map(lines => bulk.files.get(lines.join('\n'))) : [...bulk.files.values()]
      return ok(staged.flatMap(each => (each ? [each.file] : [])))
    },
  })
}

async function writeSingle(file: FileWrite, { writeOne }: BulkWriter): Promise<Result<void, BulkFailure>> {
  const written = await writeOne(file)
  return written.ok ? written : fail({ ...written.failure, path: file.path })
}
