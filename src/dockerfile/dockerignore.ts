import path from 'node:path'
import picomatch from 'picomatch'
import { readIfThere } from '../util/files.ts'

/** Says whether a path (absolute, below the context) is left out of the build context. */
export type DockerIgnore = (file: string, isFolder: boolean) => boolean

/**
 * The text of the `.dockerignore` that the docker CLI would use: `<Dockerfile>.dockerignore` beside the Dockerfile,
 * else `.dockerignore` in the context; undefined where there is none.
 */
export async function readIgnoreRules(context: string, dockerfile: string): Promise<string | undefined> {
  const [own, shared] = ignoreFiles(context, dockerfile)
  return (await readIfThere(own)) ?? (await readIfThere(shared))
}

/** The files that decide what is ignored: a change of one of them is a change of the build. */
export function ignoreFiles(context: string, dockerfile: string): readonly [string, string] {
  return [`${dockerfile}.dockerignore`, path.join(context, '.dockerignore')]
}

/**
 * Docker's own syntax, not git's: every pattern starts at the context, and the last one that matches decides
 * (https://docs.docker.com/build/concepts/context/#dockerignore-files).
 */
export function parseDockerIgnore(context: string, text: string): DockerIgnore {
  const rules = text.split(/\r?\n/).flatMap(line => parseRule(line) ?? [])
  const exceptions = rules.filter(rule => rule.isException)
  return (file, isFolder) => {
    const relative = path.relative(context, file).split(path.sep).join('/')
    if (relative === '' || relative.startsWith('../')) return false
    // Below an ignored folder, an exception may bring a file back: only then must the folder be looked into.
    if (isFolder && exceptions.some(rule => rule.mayMatchBelow(relative))) return false
    return rules.reduce((isIgnored, rule) => (rule.matches(relative) ? !rule.isException : isIgnored), false)
  }
}

interface Rule {
  readonly isException: boolean
  readonly matches: (relative: string) => boolean
  readonly mayMatchBelow: (folder: string) => boolean
}

function parseRule(line: string): Rule | undefined {
  if (line.startsWith('#')) return undefined
  const trimmed = line.trim()
  const isException = trimmed.startsWith('!')
  const pattern = path.posix
    .normalize((isException ? trimmed.slice(1).trim() : trimmed) || '.')
    .replace(/^\/+|\/+$/g, '')
  if (pattern === '' || pattern === '.') return undefined
  // Docker knows `*`, `?`, `[…]` and `**`; braces and the like stand for themselves.
  const matcher = picomatch([pattern, `${pattern}/**`], {
    dot: true,
    nobrace: true,
    noextglob: true,
    nonegate: true,
  })
  // What comes before its first wildcard is the one way down to whatever it matches.
  const { base } = picomatch.scan(pattern)
  return {
    isException,
    matches: matcher,
    mayMatchBelow: folder => base === '' || isBelowOrSame(base, folder) || isBelowOrSame(folder, base),
  }
}

function isBelowOrSame(file: string, folder: string): boolean {
  return file === folder || file.startsWith(`${folder}/`)
}
