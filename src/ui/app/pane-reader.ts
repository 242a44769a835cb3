import type { Snapshot } from '../../engine/port.ts'
import type { LogReader } from '../../model/log.ts'
import type { Theme } from '../theme.ts'
import type { History } from './history.ts'
import { LogLines } from './log-lines.ts'
import {
  availablePanes,
  buildLines,
  chiefPane,
  emptyWords,
  eventLines,
  failureLines,
  failuresOf,
  helpLines,
} from './pane-content.ts'
import {
  filteredLines,
  findMatch,
  fixedLines,
  highlighted,
  type PaneLines,
  searchPattern,
} from './pane-lines.ts'
import { type PaneWindow, type ScrollPosition, windowOf } from './pane-window.ts'
import type { Pane, Search, View } from './view.ts'

export interface PaneReaderOptions {
  readonly logs: LogReader
  readonly history: History
  readonly theme: Theme
  readonly cwd: string
}

/** What the pane shows, as it was drawn last: scrolling and searching go by what the user sees. */
export class PaneReader {
  readonly #options: PaneReaderOptions
  #logLines: { readonly key: string; readonly lines: LogLines } | undefined
  #lines: PaneLines = fixedLines([])
  #window: PaneWindow = { rows: [], top: 0, below: 0 }

  constructor(options: PaneReaderOptions) {
    this.#options = options
  }

  get lines(): PaneLines {
    return this.#lines
  }

  /** Lines that a page has, less one that stays to be recognized. */
  get pageLines(): number {
    return Math.max(1, this.#window.rows.length - 1)
  }

  /** The part that fits, of the pane that the view shows. */
  read(view: View, snapshot: Snapshot, size: { width: number; height: number }): PaneWindow {
    const pane = shownPane(view, snapshot)
    this.#lines = this.#linesOf(view, snapshot, pane)
    // What went wrong is read from its beginning.
    const position = pane === 'failure' && view.position === 'end' ? this.#lines.first : view.position
    const isProse = pane === 'failure' || pane === 'help' || pane === 'events'
    this.#window = windowOf(this.#lines, { ...size, position, isProse, ...this.#marking(view.search) })
    const isEmpty = this.#lines.first === this.#lines.next && view.service !== undefined
    if (!isEmpty || pane === 'help') return this.#window
    const words = view.search?.isFilter ? 'No line matches.' : emptyWords[pane]
    return { ...this.#window, rows: [this.#options.theme.paint('dim', ` ${words}`)] }
  }

  scrolledBy(lines: number): ScrollPosition {
    return Math.min(Math.max(this.#window.top + lines, this.#lines.first), this.#lines.next)
  }

  /** The nearest line that matches, beginning with `from`, and from where on to show it: a few others are before it. */
  find(
    { text }: Search,
    from: number,
    step: 1 | -1,
  ): { readonly match: number; readonly position: number } | undefined {
    const pattern = searchPattern(text)
    const match = pattern && findMatch(this.#lines, pattern, from, step)
    if (match === undefined) return undefined
    return { match, position: Math.max(this.#lines.first, match - Math.floor(this.pageLines / 2)) }
  }

  #linesOf({ service, search }: View, snapshot: Snapshot, pane: Pane | 'help'): PaneLines {
    const { history, theme, cwd } = this.#options
    if (pane === 'help') return helpLines(theme)
    if (service === undefined) return fixedLines([])
    const filter = search?.isFilter ? searchPattern(search.text) : undefined
    if (pane === 'logs') return this.#logsOf(service, filter)
    const lines =
      pane === 'build'
        ? buildLines(snapshot, service, history, theme)
        : pane === 'events'
          ? eventLines(snapshot, service, history, theme)
          : failureLines(failuresOf(snapshot, service), cwd, theme)
    return filter ? filteredLines(lines, filter) : lines
  }

  #logsOf(service: string, filter: RegExp | undefined): PaneLines {
    const key = `${service} ${filter ?? ''}`
    if (this.#logLines?.key !== key) {
      const { logs, theme } = this.#options
      this.#logLines = { key, lines: new LogLines(logs, service, theme, filter) }
    }
    this.#logLines.lines.update()
    return this.#logLines.lines
  }

  #marking(search: Search | undefined) {
    const pattern = search && searchPattern(search.text)
    if (!search || !pattern) return {}
    const { paint } = this.#options.theme
    return {
      show: (lines: PaneLines, index: number) =>
        highlighted(lines, index, pattern, text =>
          paint(index === search.match ? ['inverse', 'bold'] : 'inverse', text),
        ),
    }
  }
}

/** The pane that is shown: what the user wants to see, where there is such a one. */
export function shownPane({ isHelp, pane, service }: View, snapshot: Snapshot): Pane | 'help' {
  if (isHelp) return 'help'
  if (service === undefined) return 'logs'
  const isThere = pane !== 'auto' && availablePanes(snapshot, service).includes(pane)
  return isThere ? pane : chiefPane(snapshot, service)
}
