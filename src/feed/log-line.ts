import type { LogLine } from '../model/log.ts'
import type { JsonLine } from './lines.ts'

/** What programs are told of a line of a container's log. */
export type JsonLogLine = Extract<JsonLine, { type: 'log' }>

export function describeLogLine({ time, source, text, raw, level }: LogLine): JsonLogLine {
  const { service, namespace, pod, container } = source
  const said = { text, ...(raw !== undefined && { raw }), ...(level && { level }) }
  return { type: 'log', time, service, namespace, pod, container, ...said }
}

export function describeMissed(lines: number, at: number): JsonLine {
  return { type: 'logs-missed', time: new Date(at).toISOString(), lines }
}
