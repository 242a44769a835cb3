import { formatLine, type JsonLine } from '../feed/lines.ts'
import { describeLogLine, describeMissed } from '../feed/log-line.ts'
import type { LogReader } from '../model/log.ts'
import type { Closable } from '../util/scope.ts'
import { feedLogs } from './feed-logs.ts'

/** Shows what services say as JSON objects of type `log` among the others. */
export function jsonLogs(stream: NodeJS.WritableStream, logs: LogReader): Closable {
  return feedLogs({
    logs,
    show(lines, missed) {
      const all: JsonLine[] = lines.map(describeLogLine)
      if (missed > 0) all.unshift(describeMissed(missed, Date.now()))
      // At once: each write is a call of the system.
      if (all.length > 0) stream.write(all.map(formatLine).join(''))
    },
  })
}
