/**
 * The lines of a pane. Each keeps its index while older ones are dropped, so that what is being read stays where it is.
 */
export interface PaneLines {
  /** The oldest that there is. */
  readonly first: number
  /** Where the next one will be. */
  readonly next: number
  /** Without colours: what is searched. */
  plain(index: number): string
  /** To be shown as it is. */
  styled(index: number): string
  /** The beginning of what is shown that is not searched. */
  prefix?(index: number): string
}

/** Lines that are all there. */
export function fixedLines(lines: readonly { readonly plain: string; readonly styled: string }[]): PaneLines {
  return {
    first: 0,
    next: lines.length,
    plain: index => lines[index]?.plain ?? '',
    styled: index => lines[index]?.styled ?? '',
  }
}

/** A text as the user types it to be searched: a regular expression where it is one; capital letters count where there are any. */
export function searchPattern(text: string): RegExp | undefined {
  if (text === '') return undefined
  const flags = /\p{Lu}/u.test(text) ? 'g' : 'gi'
  try {
    return new RegExp(text, flags)
  } catch {
    return new RegExp(text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'), flags)
  }
}

export function matches(pattern: RegExp, text: string): boolean {
  return text.search(pattern) >= 0
}

/** Only the lines that fit. */
export function filteredLines(lines: PaneLines, pattern: RegExp): PaneLines {
  const fitting: number[] = []
  for (let index = lines.first; index < lines.next; index++) {
    if (matches(pattern, lines.plain(index))) fitting.push(index)
  }
  return {
    first: 0,
    next: fitting.length,
    plain: index => lines.plain(fitting[index] ?? -1),
    styled: index => lines.styled(fitting[index] ?? -1),
    prefix: index => lines.prefix?.(fitting[index] ?? -1) ?? '',
  }
}

/** The nearest line that fits, beginning with `from`; undefined where there is none. @param step -1: older; 1: newer */
export function findMatch(lines: PaneLines, pattern: RegExp, from: number, step: 1 | -1): number | undefined {
  for (let index = from; index >= lines.first && index < lines.next; index += step) {
    if (matches(pattern, lines.plain(index))) return index
  }
  return undefined
}

/** A line with what matches it marked; the colours that it had give way. */
export function highlighted(
  lines: PaneLines,
  index: number,
  pattern: RegExp,
  mark: (text: string) => string,
): string {
  const text = lines.plain(index)
  if (!matches(pattern, text)) return lines.styled(index)
  const prefix = lines.prefix?.(index) ?? ''
  return prefix + text.replace(pattern, found => (found === '' ? '' : mark(found)))
}
