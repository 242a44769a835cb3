import type { ScrollPosition } from './pane-window.ts'

export const panes = ['logs', 'build', 'events', 'failure'] as const

export type Pane = (typeof panes)[number]

/** What the user looks at: all of the screen that does not come from the engine. */
export interface View {
  /** The chosen service, by its name: it stays chosen when others come and go. */
  readonly service: string | undefined
  /** `auto`: what matters most of the service. */
  readonly pane: Pane | 'auto'
  /** The pane has the whole screen. */
  readonly isOpen: boolean
  readonly isHelp: boolean
  readonly position: ScrollPosition
  readonly search: Search | undefined
  /** What came of the last key, for a moment. */
  readonly notice: string | undefined
}

export interface Search {
  readonly text: string
  /** Keys are added to the text. */
  readonly isTyping: boolean
  /** Only lines that match are shown. */
  readonly isFilter: boolean
  /** The line to which the last jump was. */
  readonly match: number | undefined
}

export const initialView: View = {
  service: undefined,
  pane: 'auto',
  isOpen: false,
  isHelp: false,
  position: 'end',
  search: undefined,
  notice: undefined,
}

/** Another service: its own pane, from its end. The search stays. */
export function choose(view: View, service: string | undefined): View {
  return view.service === service ? view : { ...view, service, pane: 'auto', position: 'end' }
}

export function showPane(view: View, pane: Pane): View {
  return { ...view, pane, position: 'end', isHelp: false }
}

/** @param step 1: the one behind; -1: the one before */
export function cyclePane(view: View, shown: Pane, available: readonly Pane[], step: 1 | -1): View {
  const index = available.indexOf(shown) + step
  return showPane(view, available.at(index % available.length) ?? shown)
}

/** One step back: out of help, the search, the open pane. */
export function stepBack(view: View): View {
  if (view.isHelp) return { ...view, isHelp: false, position: 'end' }
  if (view.search) return { ...view, search: undefined, position: 'end' }
  return { ...view, isOpen: false, position: 'end' }
}
