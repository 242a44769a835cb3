import { stripVTControlCharacters } from 'node:util'
import stringWidth from 'string-width'
import type { Theme } from '../theme.ts'
import { fitTo } from './cells.ts'
import { Line } from './line.tsx'
import type { PaneScene } from './scene.ts'

export interface PaneTitleProps {
  readonly pane: PaneScene
  readonly width: number
  readonly theme: Theme
}

/** Whose pane it is, which ones there are, and how much more there is to read below. */
export function PaneTitle({ pane, width, theme }: PaneTitleProps) {
  return <Line text={title(pane, width, theme)} />
}

function title({ service, tabs, shown, below }: PaneScene, width: number, { paint, symbols }: Theme): string {
  const rule = (length: number) => paint('dim', symbols.line.repeat(Math.max(0, length)))
  const names =
    shown === 'help'
      ? paint('bold', 'keys')
      : tabs.map(tab => (tab === shown ? paint(['bold', 'underline'], tab) : paint('dim', tab))).join('  ')
  const subject =
    shown === 'help' || service === undefined ? '' : ` ${paint(['bold', 'cyan'], service)} ${rule(1)}`
  const left = `${rule(1)}${subject} ${names} `
  const right = below > 0 ? ` ${paint('yellow', `${below} more below`)} ${rule(1)}` : ''
  const gap = width - stringWidth(left) - stringWidth(right)
  return gap > 0 ? left + rule(gap) + right : fitTo(stripVTControlCharacters(left), width, symbols.ellipsis)
}
