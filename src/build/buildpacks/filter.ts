import path from 'node:path'
import picomatch from 'picomatch'
import type { Descriptor } from './descriptor.ts'

/** Says whether a path (absolute, below the application's folder) is left out of the build. */
export type ApplicationFilter = (file: string, isFolder: boolean) => boolean

/**
 * What a project descriptor's `exclude` leaves out, or else what its `include` does not name: with both, `pack` looks at
 * `exclude` alone. The patterns are those of `.gitignore`, and are asked about each file by itself, so that a file
 * below an excluded folder may come back.
 */
export function applicationFilter(context: string, { include, exclude }: Descriptor): ApplicationFilter {
  const patterns = exclude.length > 0 ? exclude : include
  if (patterns.length === 0) return () => false
  const isExcluding = exclude.length > 0
  const rules = patterns.flatMap(pattern => parseRule(pattern) ?? [])
  const mayComeBack = !isExcluding || rules.some(({ isNegated }) => isNegated)
  return (file, isFolder) => {
    const relative = path.relative(context, file).split(path.sep).join('/')
    if (relative === '' || relative.startsWith('../')) return false
    if (isFolder && mayComeBack) return false
    const isNamed = rules.reduce((named, rule) => (rule.matches(relative) ? !rule.isNegated : named), false)
    return isNamed === isExcluding
  }
}

interface Rule {
  readonly isNegated: boolean
  readonly matches: (relative: string) => boolean
}

/** https://git-scm.com/docs/gitignore: a pattern with a slash before its end starts at the folder, any other at each. */
function parseRule(pattern: string): Rule | undefined {
  const isNegated = pattern.startsWith('!')
  const written = (isNegated ? pattern.slice(1) : pattern).trim()
  const name = written.replace(/^\/|\/+$/g, '')
  if (name === '' || written.startsWith('#')) return undefined
  const isAnchored = /\/./.test(written)
  const glob = isAnchored ? name : `**/${name}`
  const globs = written.endsWith('/') ? [`${glob}/**`] : [glob, `${glob}/**`]
  const matches = picomatch(globs, { dot: true, nobrace: true, noextglob: true, nonegate: true })
  return { isNegated, matches }
}
