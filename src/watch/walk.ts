import { type Dirent, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { createPace } from '../util/pace.ts'
import { isFollowed, isMissing, look } from './disk.ts'
import { isEntry } from './entry.ts'
import type { Membership } from './membership.ts'

/** What is directly in one folder, as far as an input wants it. A followed link to a folder is in both sets. */
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
      const { isFile, isFolder } = kindsOf(entry, path, membership)
      if (isFile && membership.inputsOf(path).length > 0) files.add(entry.name)
      if (isFolder && membership.wantsFolder(path)) folders.add(entry.name)
    }
  } catch (error) {
    if (isMissing(error)) return { folder, files, folders }
    onUnreadable(folder, error)
    return undefined
  }
  return { folder, files, folders }
}

/** A link to a folder is both: an entry of its own, and the way to what is behind it. */
function kindsOf(entry: Dirent, path: string, membership: Membership) {
  if (entry.isFile()) return { isFile: true, isFolder: false }
  if (entry.isDirectory()) return { isFile: false, isFolder: true }
  // A link, or one of a file system that does not tell the type in a listing.
  const found = look(path)
  const isFolder =
    found.kind === 'folder' && (!found.isLink || isFollowed(path, membership.rootOf(path) ?? path))
  return { isFile: isEntry(found), isFolder }
}
