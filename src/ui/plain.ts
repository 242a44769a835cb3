import { styleText } from 'node:util'
import type { Listener } from '../engine/port.ts'
import { formatTime, subjectWidthOf, wordWidth } from './columns.ts'
import { narrate } from './narrate.ts'

export interface PlainOptions {
  readonly stream: NodeJS.WritableStream
  /** Paths are shown relative to it. */
  readonly cwd: string
}

/** Shows the feed as lines of text, one a step, each with the time, the service or image, and how long it took. */
export function plainOutput({ stream, cwd }: PlainOptions): Listener {
  let subjectWidth = 0
  const listener = narrate(cwd, ({ at, subject, word, text, more, style }) => {
    const paint = (as: Parameters<typeof styleText>[0], part: string) => styleText(as, part, { stream })
    const time = paint('dim', formatTime(at))
    const line = `${time} ${subject.padEnd(subjectWidth)} ${paint(style, word.padEnd(wordWidth))} ${text}`
    stream.write(`${line.trimEnd()}\n`)
    for (const each of more) stream.write(`         ${each}\n`)
  })
  return (event, snapshot, before) => {
    subjectWidth = subjectWidthOf(snapshot)
    listener(event, snapshot, before)
  }
}
