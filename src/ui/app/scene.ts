import type { Snapshot } from '../../engine/port.ts'
import type { KeySituation } from '../keys.ts'
import { formatFailure } from '../text.ts'
import type { Columns, Layout, Size } from './layout.ts'
import type { Row } from './rows.ts'
import type { Pane, Search } from './view.ts'

/** All that one frame shows but for the pane's own rows, without how it looks: what the components draw. */
export interface Scene {
  readonly size: Size
  readonly header: Header
  /** What concerns all services, the most serious first. */
  readonly alerts: readonly Alert[]
  readonly table: Table
  readonly pane: PaneScene
  readonly footer: Footer
}

/** The screen's row at which those of the pane begin. */
export function paneRow({ alerts, table: { layout } }: Scene): number {
  return 1 + alerts.length + layout.titles + layout.services + 1
}

export interface Header {
  readonly project: string
  /** Context and namespace, as far as they are known, and where else this is. */
  readonly places: readonly string[]
  readonly isPaused: boolean
  /** How many services are in which state. */
  readonly counts: Readonly<Record<Row['state'], number>>
}

export interface Alert {
  readonly kind: 'failure' | 'notice'
  readonly text: string
}

export interface Table {
  readonly layout: Layout
  readonly columns: Columns
  /** Those that are shown. */
  readonly rows: readonly Row[]
  readonly chosen: string | undefined
  /** Which of how many are shown, where it is not all: `4–9 of 30`. */
  readonly range: string | undefined
}

export interface PaneScene {
  readonly service: string | undefined
  readonly tabs: readonly Pane[]
  readonly shown: Pane | 'help'
  /** Lines below the last one that is shown. */
  readonly below: number
}

export interface Footer {
  readonly situation: KeySituation
  readonly search: Search | undefined
  readonly notice: string | undefined
}

export function describeHeader(
  { state }: Snapshot,
  rows: readonly Row[],
  morePlaces: readonly string[],
): Header {
  const { cluster, project } = state
  const counts = { live: 0, working: 0, waiting: 0, failed: 0, disabled: 0 }
  for (const row of rows) counts[row.state]++
  const place = cluster.phase === 'connected' ? cluster.context : `cluster ${cluster.phase}`
  return {
    project: project.name,
    places: [place, project.namespace, ...morePlaces],
    isPaused: state.paused,
    counts,
  }
}

/** At most so many, since services matter more. */
const maxAlerts = 3

export function describeAlerts({ state }: Snapshot, cwd: string): readonly Alert[] {
  const failures = [
    ...(state.cluster.phase === 'lost' ? [state.cluster.failure] : []),
    ...state.devfileFailures,
    ...(state.watchFailure ? [state.watchFailure] : []),
  ]
  const alerts = failures.flatMap((failure): readonly Alert[] => {
    const [message = '', ...more] = formatFailure(failure, cwd)
    const place = more.find(line => line.startsWith('  at '))?.replace(/^ {2}at +/, '')
    const cure = more.find(line => line.startsWith('  fix '))?.trim()
    const text = place === undefined ? message : `${message} (${place})`
    return [
      { kind: 'failure', text },
      ...(cure === undefined ? [] : [{ kind: 'notice', text: cure } as const]),
    ]
  })
  const paused: Alert[] = state.paused
    ? [{ kind: 'notice', text: 'paused: changes are collected; p makes them live' }]
    : []
  return [...alerts.slice(0, maxAlerts), ...paused]
}
