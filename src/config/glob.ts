import path from 'node:path'
import picomatch from 'picomatch'
import { escapeGlob, withoutEscapes } from '../util/glob.ts'

/** Where a path or glob looks for files. */
export interface Reach {
  /** The folder that all it names lies in; of a plain path, that file or folder itself. As absolute as the glob is. */
  readonly base: string
  /** Whether it names every file below `base`. */
  readonly isWhole: boolean
}

/**
 * A Devfile's path or glob, made absolute. The Devfile's own folder is taken literally, whatever characters its name
 * has; in what the user wrote, `\` takes the meaning from a glob's character.
 *
 * @param root the Devfile's folder, absolute.
 */
export function absoluteGlob(root: string, glob: string): string {
  if (path.isAbsolute(glob)) return path.resolve(glob)
  const segments = path.normalize(glob).split(path.sep)
  const climbs = segments.lastIndexOf('..') + 1
  const folder = path.resolve(root, ...segments.slice(0, climbs))
  return path.join(escapeGlob(folder), ...segments.slice(climbs))
}

/** Globs for the files that a path or glob names: of a folder, those in it. */
export function withFilesBelow(glob: string): readonly string[] {
  return glob.endsWith('**') ? [glob] : [glob, path.join(glob, '**')]
}

export function reachOf(glob: string): Reach {
  const { base, glob: wildcards } = picomatch.scan(glob)
  return { base: withoutEscapes(base), isWhole: ['', '**', '**/*'].includes(wildcards) }
}
