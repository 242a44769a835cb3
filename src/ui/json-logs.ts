import type { LogReader } from '../model/log.ts'
import type { Closable } from '../util/scope.ts'
import { feedLogs } from './feed-logs.ts'
import type { JsonLine } from './json.ts'

/** Shows what services say as JSON objects of type `log` among the others. */
export function jsonLogs(stream: NodeJS.WritableStream, logs: LogReader): Closable {
  const print = ({ type, time, ...members }: JsonLine) =>
    stream.write(`${JSON.stringify({ type, time, ...members })}\n`)
  return feedLogs({
    logs,
    show(lines, missed) {
      if (missed > 0) print({ type: 'logs-missed', time: new Date().toISOString(), lines: missed })
      for (const { time, source, text, raw, level } of lines) {
        const { service, namespace, pod, container } = source
        const said = { text, ...(raw !== undefined && { raw }), ...(level && { level }) }
        print({ type: 'log', time, service, namespace, pod, container, ...said })
      }
    },
  })
}
