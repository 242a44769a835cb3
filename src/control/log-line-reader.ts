import type { JsonLogLine } from '../feed/log-line.ts'
import type { LogLine, LogSource } from '../model/log.ts'

/** Makes lines again of what programs are told of them; those of one container have one source. */
export class LogLineReader {
  readonly #sources = new Map<string, LogSource>()

  read({ time, service, namespace, pod, container, text, raw, level }: JsonLogLine): LogLine {
    const key = `${service} ${namespace} ${pod} ${container}`
    const source = this.#sources.get(key) ?? { service, namespace, pod, container }
    this.#sources.set(key, source)
    return { time, source, text, ...(raw !== undefined && { raw }), ...(level && { level }) }
  }
}
