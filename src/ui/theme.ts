import { styleText } from 'node:util'

export type Style = Extract<Parameters<typeof styleText>[0], string>

export interface Theme {
  paint(style: Style | readonly Style[], text: string): string
  readonly symbols: Symbols
}

export interface Symbols {
  readonly live: string
  readonly working: string
  readonly waiting: string
  readonly failed: string
  readonly disabled: string
  readonly chosen: string
  readonly paused: string
  readonly bar: string
  readonly line: string
  readonly ellipsis: string
  readonly dot: string
  readonly arrow: string
}

const unicode: Symbols = {
  live: '●',
  working: '◐',
  waiting: '○',
  failed: '✖',
  disabled: '·',
  chosen: '▌',
  paused: '‖',
  bar: '│',
  line: '─',
  ellipsis: '…',
  dot: '·',
  arrow: '→',
}

const ascii: Symbols = {
  live: '*',
  working: '~',
  waiting: 'o',
  failed: 'x',
  disabled: '-',
  chosen: '>',
  paused: '=',
  bar: '|',
  line: '-',
  ellipsis: '~',
  dot: '-',
  arrow: '->',
}

/** Weight and brightness stay where colours are not wanted: `NO_COLOR` speaks of colours alone (no-color.org). */
const weights: ReadonlySet<Style> = new Set<Style>(['bold', 'dim', 'inverse', 'underline'])

/**
 * The terminal's own colours and no background, so that it looks right on dark and on light ground.
 *
 * @param hasUnicode the terminal shows more than ASCII
 */
export function createTheme({ hasColour, hasUnicode }: { hasColour: boolean; hasUnicode: boolean }): Theme {
  return {
    paint(style, text) {
      const styles = (Array.isArray(style) ? style : [style]).filter(one => hasColour || weights.has(one))
      return styles.length === 0 || text === '' ? text : styleText(styles, text, { validateStream: false })
    },
    symbols: hasUnicode ? unicode : ascii,
  }
}

/** By POSIX's order of the variables that name the character set; Windows' terminals and macOS' have UTF-8 without them. */
export function showsUnicode(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): boolean {
  if (env.TERM === 'linux') return false
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG
  if (platform === 'win32' || (platform === 'darwin' && !locale)) return true
  return /utf-?8/i.test(locale ?? '')
}
