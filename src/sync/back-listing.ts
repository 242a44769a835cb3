import { ok, type Result } from '../model/result.ts'
import type { BackPlace } from './back-places.ts'
import { type Listing, mergeListings } from './listing.ts'
import type { StreamFailure, SyncStream } from './stream.ts'

/** A word that changes with the files of these places. */
export async function stampOf(
  stream: SyncStream,
  places: readonly BackPlace[],
): Promise<Result<string, StreamFailure>> {
  const stamps = await Promise.all(places.map(({ target }) => stream.stamp(target)))
  const failed = stamps.find(stamp => !stamp.ok)
  return failed ?? ok(stamps.map(stamp => (stamp.ok ? stamp.value : '')).join(' '))
}

/** The files of these places. */
export async function listAll(
  stream: SyncStream,
  places: readonly BackPlace[],
): Promise<Result<Listing, StreamFailure>> {
  const listings: Listing[] = []
  for (const listed of await Promise.all(places.map(({ target }) => stream.list(target)))) {
    if (!listed.ok) return listed
    listings.push(listed.value)
  }
  return ok(mergeListings(listings))
}
