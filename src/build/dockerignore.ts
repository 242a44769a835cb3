import { readFile } from 'node:fs/promises'
import path from 'node:path'
import picomatch from 'picomatch'

/** Says whether a path (absolute, below the context) is left out of the build context. */
export type DockerIgnore = (file: string, isFolder: boolean) => boolean

/**
 * The rules of the `.dockerignore` that the docker CLI would use: `<Dockerfile>.dockerignore` beside the Dockerfile,
 * else `.dockerignore` in the context. The syntax is Docker's own, not git's: every pattern starts at the context,
 * and the last one that matches decides (https://docs.docker.com/build/concepts/context/#dockerignore-files).
 */
export async function readDockerIgnore(context: string, dockerfile: string): Promise<DockerIgnore> {
  const text =
    (await readIfThere(`${dockerfile}.dockerignore`)) ??
    (await readIfThere(path.join(context, '.dockerignore')))
  return parseDockerIgnore(context, text ?? '')
}

/** The files that decide what is ignored: a change of one of them is a change of the build. */
export function ignoreFiles(context: string, dockerfile: string): readonly string[] {
  return [`${dockerfile}.dockerignore`, path.join(context, '.dockerignore')]
}

export function parseDockerIgnore(context: string, text: string): DockerIgnore {
  const rules = text.split(/\r?\n/).flatMap(line => parseRule(line) ?? [])
  const hasExceptions = rules.some(rule => rule.isException)
  return (file, isFolder) => {
    const relative = path.relative(context, file).split(path.sep).join('/')
    if (relative === '' || relative.startsWith('../')) return false
    // Below an ignored folder, an exception may bring a file back: only then must the folder be looked into.
    if (isFolder && hasExceptions) return false
    return rules.reduce((isIgnored, rule) => (rule.matches(relative) ? !rule.isException : isIgnored), false)
  }
}

interface Rule {
  readonly isException: boolean
  readonly matches: (relative: string) => boolean
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
  return { isException, matches: matcher }
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch {
    return undefined
  }
}
