import type { Failure } from '../model/failure.ts'
import type { FileChange, InputSet } from '../model/files.ts'
import { adopt } from './adopt.ts'
import { chokidarBackend, type WatchBackend } from './backend.ts'
import { createCoalescer } from './coalesce.ts'
import { compare } from './compare.ts'
import { isFollowed, look } from './disk.ts'
import { findGitLocks, isAnyLocked } from './git-lock.ts'
import { createKnownFiles } from './known-files.ts'
import { createMembership } from './membership.ts'
import { readUnread } from './read-unread.ts'
import { createReporter } from './reporter.ts'
import { createTurns } from './turns.ts'
import { createWatchedRoots } from './watched-roots.ts'

/** Changes that came together. */
export interface FileBatch {
  /** At least one; a path at most once. */
  readonly changes: readonly FileChange[]
  /** When the first of the events was seen, in milliseconds since 1970. */
  readonly at: number
}

export interface FileWatcherOptions {
  /** Called with one batch after the other. */
  readonly onBatch: (batch: FileBatch) => void
  /** Something cannot be watched; the rest goes on. Called once for each path, and once for a limit of the system. */
  readonly onFailure: (failure: Failure) => void
}

export interface FileWatcher {
  /**
   * Replaces what is watched. Resolves once everything is watched and its present content is the base line: every
   * later change is reported. Where calls overlap the newest set wins, and all of them resolve when it is in force.
   */
  watch(inputs: readonly InputSet[]): Promise<void>
  /**
   * Looks at everything that is watched instead of waiting for the system's events. Resolves once all that was on disk
   * when it was called has been reported, and is in force what `watch` was last asked for.
   */
  catchUp(): Promise<void>
  /** Ends everything; nothing is called afterwards. */
  close(): Promise<void>
}

/**
 * Watches the files that a project is made from.
 *
 *     events ──> coalesce ──> compare with what was last seen ──> batch
 *
 * An event is only a hint of where to look, so that what is reported is always what the disk says.
 */
export function createFileWatcher(
  { onBatch, onFailure }: FileWatcherOptions,
  backend: WatchBackend = chokidarBackend,
): FileWatcher {
  const closing = new AbortController()
  const { signal } = closing
  const takeTurn = createTurns()
  const reporter = createReporter(failure => {
    if (!signal.aborted) onFailure(failure)
  })
  const known = createKnownFiles()
  const coalescer = createCoalescer({ isHeld: () => isAnyLocked(locks), onFlush })
  const roots = createWatchedRoots(backend, {
    onHint: coalescer.add,
    onError: reporter.report,
  })
  let membership = createMembership([])
  let locks: readonly string[] = []
  let applied: Promise<void> = Promise.resolve()
  let queued: Promise<void> | undefined
  let newest: readonly InputSet[] = []
  let reading: Promise<void> = Promise.resolve()

  async function apply() {
    if (signal.aborted) return
    const next = createMembership(newest)
    await roots.replace(next)
    locks = findGitLocks(next.outermostRoots)
    await takeTurn(async () => {
      if (signal.aborted) return
      const unknown = await adopt({ known, before: membership, next, onUnreadable: reporter.report })
      membership = next
      for (const path of unknown) coalescer.add(path)
    })
    reading = reading.then(() => readUnread(known, signal))
  }

  function onFlush(paths: ReadonlySet<string> | 'everything', at: number) {
    const looked = paths === 'everything' ? membership.outermostRoots : paths
    const replaced = roots.takeReplaced()
    void takeTurn(async () => {
      if (signal.aborted) return
      const unreadable = new Set<string>()
      await report(looked, at, path => unreadable.add(path))
      if (signal.aborted) return
      if (paths === 'everything') return renewRootsOf(looked)
      const mended = [...looked].filter(path => reporter.has(path) && !unreadable.has(path))
      for (const path of mended) reporter.forget(path)
      renewRootsOf([...mended, ...replaced.filter(needsWatch)])
    })
  }

  async function report(
    looked: Iterable<string>,
    at: number,
    onUnreadable: (path: string) => void = () => {},
  ) {
    const changes = await compare(looked, {
      known,
      membership,
      onUnreadable(path, error) {
        onUnreadable(path)
        reporter.report(path, error)
      },
    })
    if (!signal.aborted && changes.length > 0) onBatch({ changes, at })
  }

  /** A file needs none: it is seen by the watch of its folder. */
  function needsWatch(path: string): boolean {
    const found = look(path)
    if (found.kind === 'file') return found.isLink && membership.inputsOf(path).length > 0
    if (found.kind !== 'folder' || !membership.wantsFolder(path)) return false
    return !found.isLink || isFollowed(path, membership.rootOf(path) ?? path)
  }

  /**
   * For folders and links without a watch: where events were lost, where reading was not allowed before, and where
   * chokidar 6 misses that there is another one (in the place of a file, or with the inode of the one before).
   */
  function renewRootsOf(paths: Iterable<string>) {
    const lapsed = new Set([...paths].map(membership.rootOf))
    for (const root of lapsed) if (root !== undefined) void roots.renew(root)
  }

  return {
    watch(inputs) {
      newest = inputs
      const next = () => {
        queued = undefined
        applied = apply()
        return applied
      }
      queued ??= applied.then(next, next)
      return queued
    },
    async catchUp() {
      const at = Date.now()
      await (queued ?? applied)
      // The coalescer keeps what it has: a folder that is new still gets its watch from there.
      await takeTurn(async () => {
        if (!signal.aborted) await report(membership.outermostRoots, at)
      })
    },
    async close() {
      closing.abort()
      coalescer.close()
      await roots.close()
      await Promise.all([queued, applied, reading])
      await takeTurn(async () => {})
    },
  }
}
