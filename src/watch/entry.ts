import type { Stats } from 'node:fs'
import { readlink } from 'node:fs/promises'
import type { Found } from './disk.ts'
import { type Fingerprint, fingerprint, stampOf } from './hash.ts'

/** What an image holds under a path: a file, or a link, whatever that leads to. */
export type Entry =
  | { readonly kind: 'file'; readonly isLink: boolean; readonly stats: Stats }
  | { readonly kind: 'folder'; readonly isLink: true }
  | { readonly kind: 'broken-link' }

export function isEntry(found: Found): found is Entry {
  return found.kind === 'file' || found.kind === 'broken-link' || (found.kind === 'folder' && found.isLink)
}

/** The stamp of the fingerprint; a link has none, since what it leads to says nothing of where it leads. */
export function stampOfEntry(entry: Entry): string | undefined {
  return entry.kind === 'file' && !entry.isLink ? stampOf(entry.stats).stamp : undefined
}

/**
 * Of a link: where it leads, and the content of the file there.
 *
 * @throws the file system's error, such as ENOENT, where it cannot be read.
 */
export async function fingerprintEntry(path: string, entry: Entry): Promise<Fingerprint> {
  if (entry.kind === 'file' && !entry.isLink) return fingerprint(path, entry.stats)
  const destination = await readlink(path)
  const content = entry.kind === 'file' ? (await fingerprint(path, entry.stats)).hash : ''
  return { stamp: undefined, hash: `${content} -> ${destination}` }
}
