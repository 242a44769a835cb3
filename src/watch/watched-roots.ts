import type { Closable } from '../util/scope.ts'
import type { OpenWatch, WatchBackend } from './backend.ts'
import { isFollowed, look } from './disk.ts'
import { createMembership, type Membership } from './membership.ts'
import { createTurns } from './turns.ts'
import { walk } from './walk.ts'

/** The watches of the file system, one for each outermost root. */
export interface WatchedRoots extends Closable {
  /**
   * Watches the roots of a membership, and with them the folders that it wants. Settles once every later change gives
   * a hint. What is watched already stays as it is.
   */
  replace(next: Membership): Promise<void>
  /** Where something was made, removed or renamed since the last call, and a folder or link there may have no watch. */
  takeReplaced(): readonly string[]
  /** Watches a root anew, and then hints at all of it, for what was missed. */
  renew(root: string): Promise<void>
}

export interface WatchedRootsOptions {
  readonly onHint: (path: string) => void
  readonly onError: (path: string, error: unknown) => void
}

/** Each of them is hinted at too, so that there is a look at everything before there are more. */
const maxReplaced = 5_000

export function createWatchedRoots(
  backend: WatchBackend,
  { onHint, onError }: WatchedRootsOptions,
): WatchedRoots {
  const open = new Map<string, OpenWatch>()
  const replaced = new Set<string>()
  let membership = createMembership([])
  let isClosed = false
  const takeTurn = createTurns()
  /** Roots that are to be renewed, so that a storm of events asks for it once. */
  const waiting = new Set<string>()

  /** Asks the membership of the moment: a folder that appears later is judged by the newest rules. */
  function ignores(root: string, path: string, type: 'file' | 'folder' | 'link'): boolean {
    if (type === 'file') return membership.inputsOf(path).length === 0
    if (type === 'folder') return !membership.wantsFolder(path)
    // A link to a file is watched whether or not it is wanted now, because only folders are looked at to tell whether
    // a watch serves new rules.
    if (look(path).kind !== 'folder') return membership.rootOf(path) === undefined
    return !isFollowed(path, root) || !membership.wantsFolder(path)
  }

  async function openAnew(root: string) {
    if (isClosed) return
    const old = open.get(root)
    const watch = backend.open({
      root,
      ignores: (path, type) => ignores(root, path, type),
      onHint,
      onReplaced(path) {
        if (replaced.size < maxReplaced) replaced.add(path)
      },
      onWatched: path => replaced.delete(path),
      onError,
    })
    open.set(root, watch)
    await watch.ready
    await old?.close()
  }

  async function replace(next: Membership) {
    const before = membership
    const kept = new Set<string>()
    for (const root of next.outermostRoots)
      if (open.has(root) && (await wantSameFolders(root, before, next))) kept.add(root)
    membership = next
    await Promise.all(next.outermostRoots.filter(root => !kept.has(root)).map(openAnew))
    for (const [root, watch] of open) {
      if (next.outermostRoots.includes(root)) continue
      open.delete(root)
      await watch.close()
    }
  }

  return {
    takeReplaced() {
      const taken = [...replaced]
      replaced.clear()
      return taken
    },
    replace: next => takeTurn(() => replace(next)),
    async renew(root) {
      if (waiting.has(root)) return
      waiting.add(root)
      await takeTurn(async () => {
        waiting.delete(root)
        // A handle of the system that is dead would be shared with the new watch, were the old one still open.
        await open.get(root)?.close()
        if (open.has(root)) await openAnew(root)
        onHint(root)
      })
    },
    async close() {
      isClosed = true
      await Promise.all([...open.values()].map(watch => watch.close()))
      await takeTurn(async () => {})
    },
  }
}

/** Whether two memberships want the same of the folders that are there, so that the same watch serves both. */
async function wantSameFolders(root: string, before: Membership, next: Membership): Promise<boolean> {
  let isSame = true
  const shared: Membership = {
    ...before,
    inputsOf: () => [],
    wantsFolder(path) {
      const isWanted = before.wantsFolder(path)
      isSame &&= isWanted === next.wantsFolder(path)
      return isSame && isWanted
    },
  }
  // What cannot be read has been told when it was first watched.
  for await (const _ of walk(root, shared, () => {})) if (!isSame) return false
  return isSame
}
