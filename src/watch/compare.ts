import { join } from 'node:path'
import type { FileChange } from '../model/files.ts'
import { createPace } from '../util/pace.ts'
import { isFollowed, look } from './disk.ts'
import { fingerprintEntry, isEntry, stampOfEntry } from './entry.ts'
import type { KnownFiles } from './known-files.ts'
import type { Membership } from './membership.ts'
import { walk } from './walk.ts'

export interface CompareOptions {
  readonly known: KnownFiles
  readonly membership: Membership
  /** What it cannot read it leaves as it was known. */
  readonly onUnreadable: (path: string, error: unknown) => void
}

/**
 * Looks at the paths, and at all that is below them, tells what differs from what is known, and makes it known. Not to
 * be called while another comparison of the same files runs.
 */
export async function compare(
  paths: Iterable<string>,
  { known, membership, onUnreadable }: CompareOptions,
): Promise<readonly FileChange[]> {
  /** The files that differ, and whether they were there before. */
  const wasThere = new Map<string, boolean>()
  const pace = createPace()

  for (const path of paths) await comparePath(path)
  return [...wasThere].flatMap(describeChange)

  async function comparePath(path: string) {
    const found = look(path)
    switch (found.kind) {
      case 'unreadable':
        return onUnreadable(path, found.error)
      case 'nothing':
        forgetBelow(path)
        return forget(path)
      case 'file':
      case 'broken-link':
        forgetBelow(path)
        if (membership.inputsOf(path).length > 0) await compareFile(path)
        return
      case 'folder':
        if (!found.isLink) forget(path)
        else if (membership.inputsOf(path).length > 0) await compareFile(path)
        if (found.isLink && !isFollowed(path, membership.rootOf(path) ?? path)) return forgetBelow(path)
        if (membership.wantsFolder(path)) await compareFolder(path)
        return
      default:
        found satisfies never
    }
  }

  async function compareFolder(folder: string) {
    for await (const { folder: at, files, folders } of walk(folder, membership, onUnreadable)) {
      const before = known.namesIn(at)
      for (const name of before.files) if (!files.has(name)) forget(join(at, name))
      for (const name of before.folders) if (!folders.has(name)) forgetBelow(join(at, name))
      for (const name of files) await compareFile(join(at, name))
    }
  }

  async function compareFile(path: string) {
    await pace()
    const found = look(path)
    if (!isEntry(found)) return
    const before = known.get(path)
    const stamp = stampOfEntry(found)
    if (before && stamp !== undefined && stamp === before.stamp) return
    try {
      const now = await fingerprintEntry(path, found)
      if (before?.hash === undefined || before.hash !== now.hash) note(path)
      known.set(path, now)
    } catch (error) {
      onUnreadable(path, error)
    }
  }

  function forgetBelow(folder: string) {
    for (const path of known.below(folder)) forget(path)
    known.deleteFolder(folder)
  }

  function forget(path: string) {
    if (!known.get(path)) return
    note(path)
    known.delete(path)
  }

  function note(path: string) {
    if (!wasThere.has(path)) wasThere.set(path, known.get(path) !== undefined)
  }

  function describeChange([path, before]: [string, boolean]): readonly FileChange[] {
    const inputs = membership.inputsOf(path)
    const isThere = known.get(path) !== undefined
    if (inputs.length === 0 || (!before && !isThere)) return []
    return [{ path, kind: before ? (isThere ? 'changed' : 'deleted') : 'added', inputs }]
  }
}
