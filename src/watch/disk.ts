import { lstatSync, realpathSync, type Stats, statSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'

/** What is at a path. A link counts as what it leads to; what is neither file, folder nor link counts as nothing. */
export type Found =
  | { readonly kind: 'file'; readonly isLink: boolean; readonly stats: Stats }
  | { readonly kind: 'folder'; readonly isLink: boolean }
  /** It leads to neither a file nor a folder. */
  | { readonly kind: 'broken-link' }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'unreadable'; readonly error: unknown }

export function look(path: string): Found {
  try {
    const own = lstatSync(path)
    if (own.isSymbolicLink()) return lookBehind(path)
    if (own.isFile()) return { kind: 'file', isLink: false, stats: own }
    return own.isDirectory() ? { kind: 'folder', isLink: false } : { kind: 'nothing' }
  } catch (error) {
    return isMissing(error) ? { kind: 'nothing' } : { kind: 'unreadable', error }
  }
}

function lookBehind(link: string): Found {
  try {
    const stats = statSync(link)
    if (stats.isFile()) return { kind: 'file', isLink: true, stats }
    return stats.isDirectory() ? { kind: 'folder', isLink: true } : { kind: 'broken-link' }
  } catch (error) {
    return isMissing(error) ? { kind: 'broken-link' } : { kind: 'unreadable', error }
  }
}

/** Whether a file system's error says that there is nothing at the path (for a link: where it leads to). */
export function isMissing(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP'
}

/**
 * Whether to watch what is behind a link to a folder. Not when it leads to a folder around itself, which would never
 * end, and not below another link: in a workspace whose packages link to one another each is reached by its own
 * path, and the paths through several links would be more than can be watched.
 *
 * @param root the watched root in which the link is.
 */
export function isFollowed(link: string, root: string): boolean {
  if (link === root) return true
  try {
    const folder = realpathSync(dirname(link))
    const target = realpathSync(link)
    const isAround = folder === target || folder.startsWith(target.endsWith(sep) ? target : target + sep)
    return !isAround && folder === join(realpathSync(root), relative(root, dirname(link)))
  } catch {
    // It is gone by now.
    return false
  }
}
