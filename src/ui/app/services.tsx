import type { Style, Theme } from '../theme.ts'
import { fitTo } from './cells.ts'
import type { Columns } from './layout.ts'
import { Line } from './line.tsx'
import type { Row } from './rows.ts'
import type { Table } from './scene.ts'

export interface ServiceTableProps {
  readonly table: Table
  readonly width: number
  readonly theme: Theme
}

export function ServiceTable({ table, width, theme }: ServiceTableProps) {
  const { rows, columns, chosen, layout } = table
  return (
    <>
      {layout.titles === 1 && <Line text={theme.paint('dim', titles(columns, width, theme))} />}
      {rows.map(row => (
        <Line key={row.service} text={describe(row, columns, row.service === chosen, theme)} />
      ))}
    </>
  )
}

const styles: Readonly<Record<Row['state'], Style>> = {
  live: 'green',
  working: 'yellow',
  waiting: 'dim',
  failed: 'red',
  disabled: 'dim',
}

function describe(row: Row, columns: Columns, isChosen: boolean, { paint, symbols }: Theme): string {
  const { service, state, word, detail, pods, restarts, addresses } = row
  const style = styles[state]
  const cell = (text: string, width: number) => fitTo(text, width, symbols.ellipsis)
  const isReady = pods && pods.ready >= pods.wanted
  const podText = pods ? `${pods.ready}/${pods.wanted}` : ''
  const name = cell(service, columns.service)
  return [
    isChosen ? paint('cyan', symbols.chosen) : ' ',
    ` ${paint(style, symbols[state])} `,
    isChosen ? paint('bold', name) : name,
    `  ${paint(style, cell(word, columns.word))}`,
    `  ${paint(state === 'failed' ? 'red' : 'dim', cell(detail, columns.detail))}`,
    optional(columns.pods, width => paint(isReady ? 'reset' : 'yellow', cell(podText, width))),
    optional(columns.restarts, width => paint('yellow', cell(restarts > 0 ? String(restarts) : '', width))),
    optional(columns.address, width => paint('cyan', cell(addresses.join(' '), width))),
  ].join('')
}

function titles(columns: Columns, width: number, { symbols }: Theme): string {
  const cell = (text: string, wide: number) => fitTo(text, wide, symbols.ellipsis)
  const line = [
    `    ${cell('service', columns.service)}`,
    `  ${cell('state', columns.word)}`,
    `  ${cell('what goes on', columns.detail)}`,
    optional(columns.pods, wide => cell('pods', wide)),
    optional(columns.restarts, wide => cell('restarts', wide)),
    optional(columns.address, wide => cell('address', wide)),
  ].join('')
  return cell(line, width)
}

function optional(width: number, text: (width: number) => string): string {
  return width === 0 ? '' : `  ${text(width)}`
}
