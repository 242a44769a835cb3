import stringWidth from 'string-width'
import type { Row } from './rows.ts'

export interface Size {
  readonly columns: number
  readonly rows: number
}

/** Rows of each part of the screen, from the top; header and footer have one each. */
export interface Layout {
  readonly alerts: number
  /** The titles of the table's columns. */
  readonly titles: 0 | 1
  readonly services: number
  /** Without its title, which has one row where the pane has any. */
  readonly pane: number
}

export interface LayoutOptions {
  readonly size: Size
  readonly services: number
  readonly alerts: number
  /** The pane has the whole screen but for its service. */
  readonly isOpen: boolean
}

/** From so many rows on there is room for titles. */
const roomyRows = 20

export function layoutOf({ size, services, alerts, isOpen }: LayoutOptions): Layout {
  const titles = size.rows >= roomyRows && !isOpen ? 1 : 0
  const room = Math.max(1, size.rows - 2 - alerts - titles)
  const wanted = isOpen ? 1 : services
  // The pane gets what is left; a long table leaves it half.
  const most = Math.max(Math.min(3, room), Math.floor((room - 1) / 2))
  const shown = Math.min(wanted, most)
  return { alerts, titles, services: shown, pane: Math.max(0, room - shown - 1) }
}

/** The first service that is shown, so that the chosen one is in the middle as far as there are others. */
export function firstShown(chosen: number, services: number, shown: number): number {
  return Math.max(0, Math.min(chosen - Math.floor(shown / 2), services - shown))
}

/** Widths of the table's columns; 0: there is no room, or nothing to show. */
export interface Columns {
  readonly service: number
  readonly word: number
  readonly detail: number
  readonly pods: number
  readonly restarts: number
  readonly address: number
}

const maxService = 32
const wordWidth = 9
const gap = 2
/** Marker and symbol, with a space behind each. */
const markWidth = 4
/** What is left of the detail at least where a column stands beside it: the less a column says, the more. */
const minDetail = { pods: 10, restarts: 14, address: 18 } as const

export function columnsOf(rows: readonly Row[], width: number): Columns {
  const widest = (texts: readonly string[]) => Math.max(0, ...texts.map(text => stringWidth(text)))
  const service = Math.min(
    Math.max(8, widest(rows.map(row => row.service))),
    maxService,
    Math.floor(width / 3),
  )
  let detail = width - markWidth - service - gap - wordWidth - gap
  const take = (column: keyof typeof minDetail, wanted: number) => {
    if (wanted === 0 || detail - wanted - gap < minDetail[column]) return 0
    detail -= wanted + gap
    return wanted
  }
  const pods = take('pods', rows.some(row => row.pods) ? 5 : 0)
  const restarts = take('restarts', rows.some(row => row.restarts > 0) ? 8 : 0)
  const address = take('address', widest(rows.map(row => row.addresses.join(' '))))
  return { service, word: wordWidth, detail: Math.max(0, detail), pods, restarts, address }
}
