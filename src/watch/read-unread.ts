import { createPace } from '../util/pace.ts'
import { look } from './disk.ts'
import { fingerprint } from './hash.ts'
import type { KnownFiles } from './known-files.ts'

/** Bytes of a file above which it is not read before it changes; the first event of it then counts as a change. */
const largestBytes = 16 * 1024 * 1024
/** Bytes that one call reads. */
const budgetBytes = 512 * 1024 * 1024

/**
 * Reads the files of which only the stamp is known, so that a `touch` of them is told from a change. Bounded in what
 * it reads, and in how long it keeps everything else waiting.
 */
export async function readUnread(known: KnownFiles, signal: AbortSignal): Promise<void> {
  const pace = createPace()
  let budget = budgetBytes
  for (const path of known.all()) {
    await pace()
    if (signal.aborted) return
    const base = known.get(path)
    if (!base || base.hash !== undefined) continue
    const found = look(path)
    if (found.kind !== 'file' || found.stats.size > largestBytes) continue
    budget -= found.stats.size
    if (budget < 0) return
    const now = await fingerprint(path, found.stats).catch(() => undefined)
    // Only the content that the stamp stands for: a later one is a change, of which an event tells.
    if (now && now.stamp === base.stamp && known.get(path) === base) known.set(path, now)
  }
}
