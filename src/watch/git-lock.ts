import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

/**
 * The lock files of the git repositories that contain the paths. Git holds the lock for as long as it rewrites the
 * working tree.
 */
export function findGitLocks(paths: readonly string[]): readonly string[] {
  const locks = paths.map(findGitLock).filter(lock => lock !== undefined)
  return [...new Set(locks)]
}

export function isAnyLocked(locks: readonly string[]): boolean {
  return locks.some(lock => existsSync(lock))
}

function findGitLock(path: string): string | undefined {
  const gitFolder = join(path, '.git')
  if (existsSync(gitFolder)) return join(realGitFolder(gitFolder), 'index.lock')
  const above = dirname(path)
  return above === path ? undefined : findGitLock(above)
}

/** In a linked worktree or a submodule `.git` is a file that names the folder. */
function realGitFolder(path: string): string {
  try {
    const [, folder] = /^gitdir: (.+)/.exec(readFileSync(path, 'utf8')) ?? []
    return folder === undefined ? path : resolve(dirname(path), folder.trim())
  } catch {
    return path
  }
}
