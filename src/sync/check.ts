import { ok, type Result } from '../model/result.ts'
import { type ContentsForm, checkFrame } from './frames.ts'
import { type Listing, ListingReader, mergeListings } from './listing.ts'
import type { StreamFailure } from './refusal.ts'
import type { Send } from './send-queue.ts'

/** Of the paths of one command, in bytes: they become arguments of a process, which has 128 KiB at least. */
const maxPathsBytes = 65_536

/** Asks for the checksums of exactly these files, in as few commands as their names allow. */
export async function checkFiles(
  paths: readonly string[],
  form: ContentsForm,
  send: Send,
): Promise<Result<Listing, StreamFailure>> {
  const results = await Promise.all(
    inGroups(paths).map(group => {
      const reader = new ListingReader()
      return send<Listing>({
        frame: () => checkFrame(group, form),
        onLine: line => reader.takeLine(line),
        onAnswer: words => reader.takeAnswer(words),
      })
    }),
  )
  const listings: Listing[] = []
  for (const result of results) {
    if (!result.ok) return result
    listings.push(result.value)
  }
  return ok(mergeListings(listings))
}

/** A path with a newline is alone, as the agent splits the others at theirs. */
function inGroups(paths: readonly string[]): readonly (readonly string[])[] {
  const alone = paths.filter(path => path.includes('\n')).map(path => [path])
  const groups: string[][] = []
  let bytes = Number.POSITIVE_INFINITY
  for (const path of paths) {
    if (path.includes('\n')) continue
    const size = Buffer.byteLength(path) + 1
    bytes += size
    if (bytes > maxPathsBytes) {
      groups.push([])
      bytes = size
    }
    groups.at(-1)?.push(path)
  }
  return [...alone, ...groups]
}
