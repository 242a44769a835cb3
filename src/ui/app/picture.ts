import type { Snapshot } from '../../engine/port.ts'
import { columnsOf, firstShown, layoutOf, type Size } from './layout.ts'
import { availablePanes } from './pane-content.ts'
import { type PaneReader, shownPane } from './pane-reader.ts'
import type { Row } from './rows.ts'
import { describeAlerts, describeHeader, type Scene } from './scene.ts'
import { situationOf } from './situation.ts'
import type { View } from './view.ts'

/** All that one frame shows. */
export interface Picture {
  readonly scene: Scene
  /** The pane's rows. */
  readonly paneRows: readonly string[]
}

export interface PictureOptions {
  readonly view: View
  readonly snapshot: Snapshot
  /** Of all services. */
  readonly rows: readonly Row[]
  readonly pane: PaneReader
  readonly size: Size
  /** Paths are shown relative to it. */
  readonly cwd: string
  /** What else the header says of where this is. */
  readonly places: readonly string[]
}

/** Puts together what the engine, the logs and the user's choices give for a screen of this size. */
export function compose({ view, snapshot, rows, pane, size, cwd, places }: PictureOptions): Picture {
  const { service, search, notice, isOpen, isHelp } = view
  const isAlone = isOpen || isHelp
  const alerts = describeAlerts(snapshot, cwd)
  const layout = layoutOf({ size, services: rows.length, alerts: alerts.length, isOpen: isAlone })
  const chosen = rows.findIndex(row => row.service === service)
  const first = firstShown(Math.max(0, chosen), rows.length, layout.services)
  const shownRows = rows.slice(first, first + layout.services)
  const isCut = shownRows.length < rows.length && !isAlone
  const window = pane.read(view, snapshot, { width: size.columns, height: layout.pane })
  const scene: Scene = {
    size,
    header: describeHeader(snapshot, rows, places),
    alerts,
    table: {
      layout,
      columns: columnsOf(rows, size.columns),
      rows: shownRows,
      chosen: service,
      range: isCut ? `${first + 1}–${first + shownRows.length} of ${rows.length}` : undefined,
    },
    pane: {
      service,
      tabs: service === undefined ? [] : availablePanes(snapshot, service),
      shown: shownPane(view, snapshot),
      below: window.below,
    },
    footer: { situation: situationOf(view, snapshot, rows), search, notice },
  }
  return { scene, paneRows: window.rows }
}
