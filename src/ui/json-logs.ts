import type { JsonLine } from '../feed/lines.ts'
import type { LogLine, LogReader } from '../model/log.ts'
import type { Closable } from '../util/scope.ts'
import { feedLogs } from './feed-logs.ts'

/** Shows what services say as JSON objects of type `log` among the others. */
export function jsonLogs(stream: NodeJS.WritableStream, logs: LogReader): Closable {
  return feedLogs({
    logs,
    show(lines, missed) {
      const all = lines.map(describeLine)
      if (missed > 0) all.unshift({ type: 'logs-missed', time: new Date().toISOString(), lines: missed })
      // At once: each write is a call of the system.
      if (all.length > 0) stream.write(`${all.map(line => JSON.stringify(line)).join('\n')}\n`)
    },
  })
}

function describeLine({ time, source, text, raw, level }: LogLine): JsonLine {
  const { service, namespace, pod, container } = source
  const said = { text, ...(raw !== undefined && { raw }), ...(level && { level }) }
  return { type: 'log', time, service, namespace, pod, container, ...said }
}
