import stringWidth from 'string-width'

/** Text cut or filled up to exactly so many columns of the terminal. What is cut ends in `ellipsis`, one column wide. */
export function fitTo(text: string, width: number, ellipsis: string): string {
  if (width <= 0) return ''
  const own = stringWidth(text)
  if (own <= width) return text + ' '.repeat(width - own)
  const beginning = cut(text, width - 1)
  return beginning + ellipsis + ' '.repeat(width - 1 - stringWidth(beginning))
}

/** Two texts at the ends of a line; where both have no room, the left one is cut. Both may have colours. */
export function spread(left: string, right: string, width: number): string {
  const gap = width - stringWidth(left) - stringWidth(right)
  if (gap >= 1) return left + ' '.repeat(gap) + right
  const room = width - stringWidth(right) - 1
  return room < 1 ? cut(left, width) : `${fitTo(cut(left, room), room, '')} ${right}`
}

const parts = /\x1b\[[0-9;]*m|[^\x1b]+|\x1b/g
const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** The beginning of a text that has room. All its colours stay, so that none goes on behind it. */
function cut(text: string, width: number): string {
  let shown = ''
  let taken = 0
  for (const [part] of text.matchAll(parts)) {
    if (part.startsWith('\x1b')) {
      shown += part
      continue
    }
    for (const { segment } of graphemes.segment(part)) {
      const own = stringWidth(segment)
      if (taken + own > width) {
        taken = width
        break
      }
      shown += segment
      taken += own
    }
  }
  return shown
}
