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
  /** Something was made, removed or renamed at the path. A folder or link there is watched once `onWatched` says so. */
  readonly onReplaced: (path: string) => void
  readonly onWatched: (path: string) => void
  readonly onError: (path: string, error: unknown) => void
}

export interface OpenWatch extends Closable {
  /** Settles once every later change gives a hint, or the watch is closed. */
  readonly ready: Promise<void>
}

export const chokidarBackend: WatchBackend = {
  open({ root, ignores, onHint, onReplaced, onWatched, onError }) {
    const watcher = watch(root, {
      ignoreInitial: true,
      // It would hold deletions back for 100 ms; the coalescer puts an editor's steps together in less.
      atomic: false,
      ignored: (path, stats) =>
        stats !== undefined &&
        ignores(path, stats.isDirectory() ? 'folder' : stats.isSymbolicLink() ? 'link' : 'file'),
    })
    watcher.on('all', (_, path) => onHint(path))
    watcher.on('add', path => onWatched(path))
    watcher.on('addDir', path => onWatched(path))
    // chokidar 6 holds a second change within 50 ms back, an empty file for 10 ms, and drops a change that leaves size
    // and times the same: two writes in one tick of the clock, or two of a link's target in 50 ms. What it is told by
    // the system comes without delay or loss. Its own events are needed still, for what appears in a folder before
    // that is watched.
    watcher.on('raw', (event, name, details) => {
      const watched = watchedPathOf(details)
      if (watched === undefined) return
      // A folder is told of itself by its own name, like of something in it; the target of a link by any name.
      const paths: string[] = []
      const isInFolder = name !== null && look(watched).kind === 'folder'
      if (isInFolder) paths.push(join(watched, name))
      if (!isInFolder || name === basename(watched)) paths.push(watched)
      for (const path of paths) {
        if (event === 'rename') onReplaced(path)
        onHint(path)
      }
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
