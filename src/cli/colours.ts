import { styleText } from 'node:util'

/** Whether colours are wanted there: it is a terminal that has them, and neither `NO_COLOR` nor its like says no. */
export function showsColours(stream: NodeJS.WritableStream): boolean {
  return styleText('red', 'x', { stream }) !== 'x'
}
