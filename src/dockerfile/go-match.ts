/**
 * Wildcards of COPY and ADD: Go's `filepath.Match` (https://pkg.go.dev/path/filepath#Match). `*` and `?` never match a
 * `/`, and `**` is no more than `*`.
 */
export function compileSegment(pattern: string): (name: string) => boolean {
  const source = pattern.replace(
    /\\(.)|\[(\^?)((?:\\.|[^\]\\])+)\]|\*+|\?|[^\\[*?]/gsu,
    (part, escaped?: string, negation?: string, members?: string) => {
      if (escaped !== undefined) return literal(escaped)
      if (members !== undefined) return `[${negation}${members.replace(/[[&~|]/g, '\\$&')}]`
      if (part.startsWith('*')) return '[^/]*'
      return part === '?' ? '[^/]' : literal(part)
    },
  )
  try {
    const expression = new RegExp(`^${source}$`, 's')
    return name => expression.test(name)
  } catch {
    return () => false
  }
}

export function hasWildcard(pattern: string): boolean {
  return /(?<!\\)[*?[]/.test(pattern)
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
}
