/** One file that differs from what devloop last saw of it. */
export interface FileChange {
  /** Absolute path. */
  readonly path: string
  /** A rename is a `deleted` of the old path and an `added` of the new one. */
  readonly kind: 'added' | 'changed' | 'deleted'
  /** The inputs that the file belongs to, at least one. */
  readonly inputs: readonly InputId[]
}

/** Who wants to know of a file's changes. */
export type InputId = `image:${string}` | `service:${string}` | 'devfile'

/** The files that something is made from: what to watch, and what of it does not count. */
export interface InputSet {
  readonly id: InputId
  /**
   * Absolute paths of files and folders; a folder stands for all that is below it. One that does not exist yet
   * is waited for.
   */
  readonly roots: readonly string[]
  /**
   * Whether a path below a root does not count. Called with absolute paths, of files and of folders; an ignored
   * folder is never read. Must be pure and fast.
   */
  readonly ignores?: (path: string, isFolder: boolean) => boolean
}
