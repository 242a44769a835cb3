import { stripVTControlCharacters } from 'node:util'
import wrapAnsi from 'wrap-ansi'
import { widthOf } from '../width.ts'
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
  /** Sentences: they are wrapped between words, and what goes on is indented as it began. */
  readonly isProse?: boolean
  /** How a line is shown; default: as it is. */
  readonly show?: (lines: PaneLines, index: number) => string
}

/** The part of the lines that fits, each wrapped to the width. */
export function windowOf(
  lines: PaneLines,
  { width, height, position, show, isProse = false }: WindowOptions,
): PaneWindow {
  const rowsOf = (index: number) => {
    const text = show?.(lines, index) ?? lines.styled(index)
    return isProse ? wrapProse(text, width) : wrap(text, width)
  }
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

function wrap(text: string, width: number): readonly string[] {
  if (widthOf(text) <= width) return [text]
  return wrapAnsi(text, width, { hard: true, trim: false, wordWrap: false }).split('\n')
}

/** Up to where a sentence begins: blanks, and a word that stands out before it. */
const beginning = /^ *(?:\S+ {2,})?/

function wrapProse(text: string, width: number): readonly string[] {
  if (widthOf(text) <= width) return [text]
  const begins = widthOf(beginning.exec(stripVTControlCharacters(text))?.[0] ?? '')
  const indent = begins < width / 2 ? begins : 0
  const [first = '', ...rest] = wrapAnsi(text, width - indent, { hard: true, trim: false }).split('\n')
  return [first, ...rest.map(row => ' '.repeat(indent) + row.replace(/^ /, ''))]
}
