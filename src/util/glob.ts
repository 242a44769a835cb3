import picomatch from 'picomatch'

/** The folder below which everything is that a glob can find; of a path without wildcards the path itself. */
export function globRoot(glob: string): string {
  const { base, isGlob } = picomatch.scan(glob)
  return isGlob ? withoutEscapes(base) : withoutEscapes(glob).replace(/\/+$/, '')
}

/** The path that a glob without wildcards names. */
export function withoutEscapes(glob: string): string {
  return glob.replace(/\\(.)/g, '$1')
}

/** A glob that names this path and nothing else. */
export function escapeGlob(literal: string): string {
  return literal.replace(/[\\*?"!@+|()[\]{}]/g, '\\$&')
}
