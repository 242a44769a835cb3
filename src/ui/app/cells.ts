import stringWidth from 'string-width'
import wrapAnsi from 'wrap-ansi'

/** Plain text cut or filled up to exactly so many columns of the terminal. What is cut ends in `ellipsis`, one column wide. */
export function fitTo(text: string, width: number, ellipsis: string): string {
  if (width <= 0) return ''
  const own = stringWidth(text)
  if (own <= width) return text + ' '.repeat(width - own)
  const [cut = ''] = wrapAnsi(text, width - 1, { hard: true, trim: false, wordWrap: false }).split('\n')
  return cut + ellipsis + ' '.repeat(Math.max(0, width - 1 - stringWidth(cut)))
}

/** Two texts at the ends of a line; where both have no room, the left one is cut. Both may have colours. */
export function spread(left: string, right: string, width: number): string {
  const gap = width - stringWidth(left) - stringWidth(right)
  if (gap >= 1) return left + ' '.repeat(gap) + right
  const room = width - stringWidth(right) - 1
  return room < 1 ? cutColoured(left, width) : `${cutColoured(left, room)} ${right}`
}

function cutColoured(text: string, width: number): string {
  const [cut = ''] = wrapAnsi(text, width, { hard: true, trim: false, wordWrap: false }).split('\n')
  return cut + ' '.repeat(Math.max(0, width - stringWidth(cut)))
}
