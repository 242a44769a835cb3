import { styleText } from 'node:util'
import type { Snapshot } from '../engine/port.ts'
import type { LogReader } from '../model/log.ts'
import type { Closable } from '../util/scope.ts'
import { formatTime, subjectWidthOf, wordWidth } from './columns.ts'
import { feedLogs } from './feed-logs.ts'
import { colourOf, formatPod } from './log-source.ts'
import { clean, count } from './text.ts'

export interface PlainLogsOptions {
  readonly stream: NodeJS.WritableStream
  /** The stream shows colours. */
  readonly isColoured: boolean
  readonly snapshot: () => Snapshot
  readonly logs: LogReader
}

/** What is shown of one service in so many milliseconds: more lines than anybody reads would drown the rest. */
const quota = { lines: 200, ms: 5_000 }

/** Shows what services say among what devloop says of them; of one that says too much only a part, and how much more there was. */
export function plainLogs({ stream, isColoured, snapshot, logs }: PlainLogsOptions): Closable {
  const quotas = new Map<string, { shown: number; leftOut: number; readonly end: NodeJS.Timeout }>()

  function print(at: number, service: string, pod: string, text: string) {
    const paint = (style: Parameters<typeof styleText>[0], part: string) =>
      isColoured ? styleText(style, part, { validateStream: false }) : part
    const subject = paint(colourOf(service), service.padEnd(subjectWidthOf(snapshot())))
    const time = paint('dim', formatTime(at))
    stream.write(`${time} ${subject} ${paint('dim', pod.padEnd(wordWidth))} │ ${text}\n`)
  }

  function quotaOf(service: string) {
    const known = quotas.get(service)
    if (known) return known
    const end = setTimeout(() => {
      const leftOut = quotas.get(service)?.leftOut ?? 0
      quotas.delete(service)
      const more = count(leftOut, 'more line')
      if (leftOut > 0) print(Date.now(), service, '', `… ${more}: devloop logs ${service} shows all`)
    }, quota.ms)
    const opened = { shown: 0, leftOut: 0, end }
    quotas.set(service, opened)
    return opened
  }

  const feed = feedLogs({
    logs,
    show(lines, missed) {
      if (missed > 0)
        print(Date.now(), '', '', `… ${count(missed, 'line')} came faster than they could be shown`)
      for (const { time, source, text } of lines) {
        const taken = quotaOf(source.service)
        if (taken.shown === quota.lines) taken.leftOut++
        else {
          taken.shown++
          print(Date.parse(time), source.service, formatPod(source), isColoured ? text : clean(text))
        }
      }
    },
  })
  return {
    close() {
      for (const { end } of quotas.values()) clearTimeout(end)
      return feed.close()
    },
  }
}
