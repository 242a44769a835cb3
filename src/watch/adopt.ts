import { join } from 'node:path'
import { createPace } from '../util/pace.ts'
import { look } from './disk.ts'
import { fingerprintEntry, isEntry, stampOfEntry } from './entry.ts'
import type { Fingerprint } from './hash.ts'
import type { KnownFiles } from './known-files.ts'
import type { Membership } from './membership.ts'
import { walk } from './walk.ts'

export interface AdoptOptions {
  readonly known: KnownFiles
  readonly before: Membership
  readonly next: Membership
  readonly onUnreadable: (path: string, error: unknown) => void
}

/**
 * Takes what the next membership wants, and the one before did not, as known the way it is now, and forgets what is
 * wanted no more. Not to be called while a comparison of the same files runs.
 *
 * @returns the files that both want and that were not known: those are changes.
 */
export async function adopt({ known, before, next, onUnreadable }: AdoptOptions): Promise<readonly string[]> {
  const unknown: string[] = []
  const pace = createPace()

  for (const path of known.all()) if (next.inputsOf(path).length === 0) known.delete(path)
  for (const root of next.outermostRoots) {
    const found = look(root)
    if (found.kind === 'unreadable') onUnreadable(root, found.error)
    if (isEntry(found)) await adoptFile(root)
    if (found.kind === 'folder')
      for await (const { folder, files } of walk(root, next, onUnreadable))
        for (const name of files) await adoptFile(join(folder, name))
  }
  return unknown

  async function adoptFile(path: string) {
    if (known.get(path)) return
    if (before.inputsOf(path).length > 0) {
      unknown.push(path)
      return
    }
    await pace()
    try {
      const base = await readBaseLine(path)
      if (base) known.set(path, base)
    } catch (error) {
      onUnreadable(path, error)
    }
  }
}

/**
 * The content is not read here, which would make a start wait for it (`readUnread` does it later), except where the
 * stamp alone could miss the next write.
 */
async function readBaseLine(path: string): Promise<Fingerprint | undefined> {
  const found = look(path)
  if (!isEntry(found)) return undefined
  const stamp = stampOfEntry(found)
  return stamp === undefined ? fingerprintEntry(path, found) : { stamp, hash: undefined }
}
