import stringWidth from 'string-width'

/** ASCII and box drawing: one column each. */
const isSimple = /^[\x20-\x7e\u2500-\u257f]*$/
const colours = /\x1b\[[0-9;:]*m/g

/**
 * Columns of a terminal that a line takes up. What nearly all lines consist of is counted, as to look at each character's
 * properties is most of what drawing a line of a log costs.
 */
export function widthOf(text: string): number {
  const plain = text.includes('\x1b') ? text.replace(colours, '') : text
  return isSimple.test(plain) ? plain.length : stringWidth(text)
}
