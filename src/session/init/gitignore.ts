import picomatch from 'picomatch'

/** Whether a path is ignored; undefined where no rule speaks of it. Relative to the file's folder, with `/`. */
export type GitIgnore = (relative: string, isFolder: boolean) => boolean | undefined

/** Reads a `.gitignore` (https://git-scm.com/docs/gitignore): the last rule that matches decides. */
export function parseGitIgnore(text: string): GitIgnore {
  const rules = text.split(/\r?\n/).flatMap(line => parseRule(line) ?? [])
  return (relative, isFolder) =>
    rules.findLast(rule => (isFolder || !rule.isForFolders) && rule.matches(relative))?.ignores
}

interface Rule {
  readonly ignores: boolean
  readonly isForFolders: boolean
  readonly matches: (relative: string) => boolean
}

function parseRule(line: string): Rule | undefined {
  const trimmed = line.replace(/(?<!\\)\s+$/, '')
  if (trimmed === '' || trimmed.startsWith('#')) return undefined
  const isException = trimmed.startsWith('!')
  const written = isException ? trimmed.slice(1) : trimmed
  const pattern = written.replace(/\/$/, '')
  // A slash at the beginning or in the middle ties it to the file's folder.
  const glob = pattern.includes('/') ? pattern.replace(/^\//, '') : `**/${pattern}`
  if (glob === '' || glob === '**/') return undefined
  return {
    ignores: !isException,
    isForFolders: written.endsWith('/'),
    matches: picomatch(glob, { dot: true, nobrace: true, noextglob: true, nonegate: true }),
  }
}
