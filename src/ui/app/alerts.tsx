import type { Theme } from '../theme.ts'
import { fitTo } from './cells.ts'
import { Line } from './line.tsx'
import type { Alert } from './scene.ts'

export interface AlertsProps {
  readonly alerts: readonly Alert[]
  readonly width: number
  readonly theme: Theme
}

/** What concerns all services, each in one row. */
export function AlertRows({ alerts, width, theme: { paint, symbols } }: AlertsProps) {
  return alerts.map(({ kind, text }) => {
    const sign = kind === 'failure' ? symbols.failed : ' '
    const line = fitTo(` ${sign} ${text}`, width, symbols.ellipsis)
    return <Line key={text} text={paint(kind === 'failure' ? 'red' : 'yellow', line)} />
  })
}
