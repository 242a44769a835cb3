import type { Theme } from '../theme.ts'
import { spread } from './cells.ts'
import { Line } from './line.tsx'
import type { Header } from './scene.ts'

export interface HeaderProps {
  readonly header: Header
  readonly range: string | undefined
  readonly width: number
  readonly theme: Theme
}

export function HeaderRow({ header, range, width, theme }: HeaderProps) {
  const { paint, symbols } = theme
  const { project, places, isPaused, counts } = header
  const dot = paint('dim', ` ${symbols.dot} `)
  const left = [` ${paint(['bold', 'cyan'], project)}`, ...places.map(place => paint('dim', place))].join(dot)
  const working = counts.working + counts.waiting
  const parts = [
    ...(range === undefined ? [] : [paint('dim', range)]),
    ...(isPaused ? [paint(['yellow', 'bold'], `${symbols.paused} paused`)] : []),
    ...(counts.failed > 0 ? [paint('red', `${symbols.failed} ${counts.failed} failed`)] : []),
    ...(working > 0 ? [paint('yellow', `${symbols.working} ${working} on the way`)] : []),
    ...(counts.live > 0 ? [paint('green', `${symbols.live} ${counts.live} live`)] : []),
  ]
  return <Line text={spread(left, `${parts.join('  ')} `, width)} />
}
