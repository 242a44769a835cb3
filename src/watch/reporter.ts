import type { Failure } from '../model/failure.ts'
import { isMissing } from './disk.ts'
import { describeWatchError } from './failures.ts'

/** Tells each trouble once, however often it is met. */
export interface Reporter {
  report(path: string, error: unknown): void
  has(path: string): boolean
  /** It is mended: tell the next trouble with it. */
  forget(path: string): void
}

/** Paths that are remembered. A tree with more of them has a trouble that the first ones tell well enough. */
const maxPaths = 1_000

export function createReporter(onFailure: (failure: Failure) => void): Reporter {
  const paths = new Set<string>()
  /** Limits of the system, each of which many paths meet. */
  const limits = new Set<string>()

  return {
    report(path, error) {
      // It is gone, or a link that leads nowhere: nothing to see, and no trouble.
      if (isMissing(error)) return
      const failure = describeWatchError(error, path)
      const [seen, key] = failure.code === 'watch/limit' ? [limits, failure.message] : [paths, path]
      if (seen.has(key) || paths.size >= maxPaths) return
      seen.add(key)
      onFailure(failure)
    },
    has: path => paths.has(path),
    forget: path => paths.delete(path),
  }
}
