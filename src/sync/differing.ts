import { ok, type Result } from '../model/result.ts'
import type { SyncEdit } from '../model/sync.ts'
import { inBatches } from '../util/batches.ts'
import { hashHostFile, lookAt } from './host-file.ts'
import type { Listing } from './listing.ts'
import type { StreamFailure, SyncStream } from './stream.ts'

/** How many files are read side by side. */
const parallelReads = 16
/** How many files are asked for at once. */
const portionFiles = 5_000

/** Those edits whose file is another one in the container than on the host. */
export async function differing(
  stream: SyncStream,
  edits: readonly SyncEdit[],
): Promise<Result<readonly SyncEdit[], StreamFailure>> {
  const found: SyncEdit[] = []
  for (let start = 0; start < edits.length; start += portionFiles) {
    const portion = edits.slice(start, start + portionFiles)
    const listing = await stream.check(portion.map(({ target }) => target))
    if (!listing.ok) return listing
    const isOther = await inBatches(portion, parallelReads, edit => differs(edit, listing.value))
    found.push(...portion.filter((_, index) => isOther[index]))
  }
  return ok(found)
}

async function differs({ path, target }: SyncEdit, { algorithm, files, links }: Listing): Promise<boolean> {
  const entry = await lookAt(path)
  const listed = files.get(target)
  const link = links.get(target)
  // A listing tells no folders.
  if (entry.kind === 'gone' || entry.kind === 'folder') return listed !== undefined || link !== undefined
  if (entry.kind === 'link') return link !== entry.destination
  if (!listed || link !== undefined || entry.kind !== 'file') return true
  // Its own checksums are not worth computing: sending the file costs as little.
  if (algorithm === undefined || algorithm === 'cksum') return true
  if (listed.isExecutable !== ((entry.mode & 0o100) !== 0)) return true
  return (await hashHostFile(path, algorithm)) !== listed.checksum
}
