import { basename, join } from 'node:path'
import { watch } from 'chokidar'
import type { Closable } from '../util/scope.ts'
import { look } from './disk.ts'

/** The file system's own events, as hints of where to look. */
export interface WatchBackend {
  /** Watches a file or a folder with all that is below it; one that does not exist is waited for. */
  open(request: WatchRequest): OpenWatch
}

export interface WatchRequest {
  /** Absolute. */
  readonly root: string
  /** Asked for each path below the root before it is watched, with what is known of it. */
  readonly ignores: (path: string, type: 'file' | 'folder' | 'link') => boolean
  /** Something may be different at the path. Neither that it is, nor what, is certain; hints may be double. */
  readonly onHint: (path: string) => void
  /**
   * The watch of a folder ended, because the folder was removed or moved: another one at the same path may not be
   * watched. Comes with a hint, and may be a false alarm.
   */
  readonly onEnd: (folder: string) => void
  readonly onError: (path: string, error: unknown) => void
}

export interface OpenWatch extends Closable {
  /** Settles once every later change gives a hint, or the watch is closed. */
  readonly ready: Promise<void>
}

export const chokidarBackend: WatchBackend = {
  open({ root, ignores, onHint, onEnd, onError }) {
    const watcher = watch(root, {
      ignoreInitial: true,
      // It would hold deletions back for 100 ms; the coalescer puts an editor's steps together in less.
      atomic: false,
      ignored: (path, stats) =>
        stats !== undefined &&
        ignores(path, stats.isDirectory() ? 'folder' : stats.isSymbolicLink() ? 'link' : 'file'),
    })
    watcher.on('all', (_, path) => onHint(path))
    // chokidar 6 holds a second change within 50 ms back, an empty file for 10 ms, and drops a change that leaves size
    // and times the same: two writes in one tick of the clock, or two of a link's target in 50 ms. What it is told by
    // the system comes without delay or loss. Its own events are needed still, for what appears in a folder before
    // that is watched.
    watcher.on('raw', (event, name, details) => {
      const watched = watchedPathOf(details)
      if (watched === undefined) return
      // A folder is told of itself by its own name, like of something in it; the target of a link by any name.
      const isOwnName = name === basename(watched)
      const isInFolder = name !== null && look(watched).kind === 'folder'
      // When a folder is removed and made again within moments, and has an entry of its own name or the same inode,
      // chokidar goes on with the handle of the one that is gone.
      if (isOwnName && event === 'rename') onEnd(watched)
      if (isInFolder) onHint(join(watched, name))
      if (!isInFolder || isOwnName) onHint(watched)
    })
    watcher.on('error', error => onError(pathOf(error) ?? root, error))
    const { promise: ready, resolve } = Promise.withResolvers<void>()
    watcher.once('ready', resolve)
    return {
      ready,
      async close() {
        resolve()
        await watcher.close()
      },
    }
  },
}

function watchedPathOf(details: unknown): string | undefined {
  const isNamed = typeof details === 'object' && details !== null && 'watchedPath' in details
  return isNamed && typeof details.watchedPath === 'string' ? details.watchedPath : undefined
}

function pathOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  if ('filename' in error && typeof error.filename === 'string') return error.filename
  return 'path' in error && typeof error.path === 'string' ? error.path : undefined
}
