import stringWidth from 'string-width'
import wrapAnsi from 'wrap-ansi'
import type { PaneLines } from './pane-lines.ts'

/** From which line on a pane shows its lines; `end`: the newest, whatever comes. */
export type ScrollPosition = number | 'end'

export interface PaneWindow {
  /** Rows of the terminal, at most the height. */
  readonly rows: readonly string[]
  /** The first line of which a row is shown. */
  readonly top: number
  /** Lines behind the last one that is shown. */
  readonly below: number
}

export interface WindowOptions {
  readonly width: number
  readonly height: number
  readonly position: ScrollPosition
  /** How a line is shown; default: as it is. */
  readonly show?: (lines: PaneLines, index: number) => string
}

/** The part of the lines that fits, each wrapped to the width. */
export function windowOf(lines: PaneLines, { width, height, position, show }: WindowOptions): PaneWindow {
  const rowsOf = (index: number) => wrap(show?.(lines, index) ?? lines.styled(index), width)
  const { top, rows: atEnd } = endOf(lines, rowsOf, height)
  if (position === 'end' || position >= top) return { rows: atEnd, top, below: 0 }
  const rows: string[] = []
  let index = Math.max(position, lines.first)
  const shown = index
  while (index < lines.next && rows.length < height) rows.push(...rowsOf(index++))
  return { rows: rows.slice(0, height), top: shown, below: lines.next - index }
}

function endOf(
  lines: PaneLines,
  rowsOf: (index: number) => readonly string[],
  height: number,
): { readonly top: number; readonly rows: readonly string[] } {
  let rows: readonly string[] = []
  let top = lines.next
  while (top > lines.first && rows.length < height) rows = [...rowsOf(--top), ...rows]
  return { top, rows: rows.slice(-height) }
}

const isPlainAscii = /^[\x20-\x7e]*$/

function wrap(text: string, width: number): readonly string[] {
  // Most lines are short and plain, and are not to be measured.
  if (text.length <= width && isPlainAscii.test(text)) return [text]
  if (stringWidth(text) <= width) return [text]
  return wrapAnsi(text, width, { hard: true, trim: false, wordWrap: false }).split('\n')
}
