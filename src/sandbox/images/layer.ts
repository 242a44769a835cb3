import { createHash } from 'node:crypto'
import {
  chmodSync,
  lchownSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  readlinkSync,
  type Stats,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { createContentDigests } from '../../util/content-digests.ts'
import { copyFile } from '../../util/copy-file.ts'
import { stampOf } from '../../util/file-content.ts'
import { createPace } from '../../util/pace.ts'
import { canChangeOwners } from './rights.ts'

/** One thing that a layer holds. */
export interface LayerEntry {
  /** From the image's root, without `/` in front. */
  readonly path: string
  readonly kind: 'folder' | 'file' | 'link' | 'whiteout'
  /** Permission bits with set-id and sticky ones. */
  readonly mode: number
  readonly user: number
  readonly group: number
  /** Of a file the digest, of a link where it leads. */
  readonly content: string
  /** Where a file's bytes are: an absolute path, or they themselves. */
  readonly source?: string | Buffer
  readonly modified?: Date
  /** Of a file that was read: another one after each write. */
  readonly stamp?: string
}

/**
 * Names a layer after all that it holds but times: the same content has the same name whenever it was made.
 *
 * @param opaque folders that hide what is below them.
 */
export function layerDigest(entries: readonly LayerEntry[], opaque: Iterable<string> = []): string {
  const digest = createHash('sha256')
  const sorted = [...entries].sort((one, other) => (one.path < other.path ? -1 : 1))
  for (const { path, kind, mode, user, group, content } of sorted)
    digest.update(`${path}\0${kind} ${mode} ${user} ${group} ${content}\0`)
  for (const folder of [...opaque].sort()) digest.update(`${folder}\0opaque\0`)
  return `sha256:${digest.digest('hex')}`
}

/**
 * Writes what a layer holds into an empty folder, its permissions included.
 *
 * @returns false where a file was written to since it was read for its entry: the folder is not what its digest says.
 * @throws the file system's error.
 */
export async function writeLayer(entries: readonly LayerEntry[], folder: string): Promise<boolean> {
  const isOwnerKept = canChangeOwners()
  const sorted = [...entries].sort((one, other) => (one.path < other.path ? -1 : 1))
  for (const entry of sorted) {
    await pace()
    const target = path.join(folder, entry.path)
    writeEntry(entry, target)
    if (typeof entry.source === 'string' && entry.stamp !== stampOf(lstatSync(entry.source))) return false
    if (isOwnerKept) lchownSync(target, entry.user, entry.group)
    // A change of the owner takes set-id bits away.
    if (entry.kind === 'file') chmodSync(target, entry.mode)
    if (entry.kind !== 'folder' && entry.modified) lutimesSync(target, entry.modified, entry.modified)
  }
  // One that may not be written to would take nothing in, and whatever is laid into one counts as its change.
  for (const { kind, path: name, mode, modified } of sorted.reverse()) {
    if (kind !== 'folder') continue
    chmodSync(path.join(folder, name), mode)
    if (modified) lutimesSync(path.join(folder, name), modified, modified)
  }
  return true
}

function writeEntry({ kind, content, source }: LayerEntry, target: string): void {
  switch (kind) {
    case 'folder':
      mkdirSync(target)
      return
    case 'link':
      symlinkSync(content, target)
      return
    case 'file':
      if (typeof source === 'string') copyFile(source, target)
      else writeFileSync(target, source ?? '')
      return
    case 'whiteout':
      throw new Error(`a layer with a whiteout is taken as it is: ${target}`)
    default:
      kind satisfies never
  }
}

/** What is at a path of the host, as an entry of a layer; undefined for sockets, pipes and devices. */
export async function entryOf(file: string, stats: Stats, name: string): Promise<LayerEntry | undefined> {
  const shared = {
    path: name,
    mode: stats.mode & 0o7777,
    user: canChangeOwners() ? stats.uid : 0,
    group: canChangeOwners() ? stats.gid : 0,
    modified: stats.mtime,
  }
  if (stats.isDirectory()) return { ...shared, kind: 'folder', content: '' }
  if (stats.isSymbolicLink()) return { ...shared, kind: 'link', mode: 0o777, content: readlinkSync(file) }
  if (isWhiteout(stats)) return { ...shared, kind: 'whiteout', mode: 0, content: '' }
  if (!stats.isFile()) return undefined
  await pace()
  const content = await digests.digestOf(file, stats)
  return { ...shared, kind: 'file', source: file, content, stamp: stampOf(stats) }
}

/** Overlayfs marks what is gone by a device that nothing else is. */
export function isWhiteout(stats: Stats): boolean {
  return stats.isCharacterDevice() && stats.rdev === 0
}

const digests = createContentDigests()
const pace = createPace()
