import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { isFollowed, isMissing, look } from './disk.ts'
import type { Membership } from './membership.ts'
import { createPace } from './pace.ts'

/** What is directly in one folder, as far as an input wants it. */
export interface Listing {
  readonly folder: string
  /** Names. */
  readonly files: ReadonlySet<string>
  /** Names. */
  readonly folders: ReadonlySet<string>
}

/**
 * Lists a folder and all that is wanted below it; folders that nobody wants are not read. A folder that is gone is
 * listed as empty, one that cannot be read is not listed.
 */
export async function* walk(
  folder: string,
  membership: Membership,
  onUnreadable: (folder: string, error: unknown) => void,
): AsyncGenerator<Listing> {
  const pending = [folder]
  const pace = createPace()
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const listing = list(next, membership, onUnreadable)
    if (!listing) continue
    yield listing
    for (const name of listing.folders) pending.push(join(next, name))
    await pace()
  }
}

function list(
  folder: string,
  membership: Membership,
  onUnreadable: (folder: string, error: unknown) => void,
): Listing | undefined {
  const files = new Set<string>()
  const folders = new Set<string>()
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name)
      const kind = entry.isFile() ? 'file' : entry.isDirectory() ? 'folder' : kindOfOther(path, membership)
      if (kind === 'file' && membership.inputsOf(path).length > 0) files.add(entry.name)
      if (kind === 'folder' && membership.wantsFolder(path)) folders.add(entry.name)
    }
  } catch (error) {
    if (isMissing(error)) return { folder, files, folders }
    onUnreadable(folder, error)
    return undefined
  }
  return { folder, files, folders }
}

/** Of a link, or of what the file system does not tell the type in a listing. */
function kindOfOther(path: string, membership: Membership): 'file' | 'folder' | 'nothing' {
  const found = look(path)
  if (found.kind === 'file') return 'file'
  if (found.kind !== 'folder') return 'nothing'
  return !found.isLink || isFollowed(path, membership.rootOf(path) ?? path) ? 'folder' : 'nothing'
}
