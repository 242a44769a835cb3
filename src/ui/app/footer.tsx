import stringWidth from 'string-width'
import { footerKeys } from '../keys.ts'
import type { Theme } from '../theme.ts'
import { fitTo, spread } from './cells.ts'
import { Line } from './line.tsx'
import type { Footer } from './scene.ts'

export interface FooterProps {
  readonly footer: Footer
  readonly width: number
  readonly theme: Theme
}

/** The keys that mean something now, as far as there is room; or the search that is being typed. */
export function FooterRow({ footer: { situation, search, notice }, width, theme }: FooterProps) {
  const { paint, symbols } = theme
  if (search?.isTyping) {
    const hint = paint('dim', 'enter keep  esc cancel ')
    return <Line text={spread(` ${paint('cyan', '/')}${search.text}${paint('inverse', ' ')}`, hint, width)} />
  }
  if (notice !== undefined)
    return <Line text={paint('yellow', fitTo(` ${notice}`, width, symbols.ellipsis))} />
  const term = search
    ? ` ${paint('cyan', `/${search.text}`)}${search.isFilter ? paint('yellow', ' only matches') : ''} `
    : ''
  let left = term
  for (const { name, word } of footerKeys(situation)) {
    const next = `${left} ${paint('bold', name)} ${paint('dim', word)} `
    if (stringWidth(next) > width) break
    left = next
  }
  return <Line text={left} />
}
