import type { LogLine, LogReader } from '../model/log.ts'
import type { Closable } from '../util/scope.ts'

/** Lines that are shown before anything else gets its turn. */
const linesAtOnce = 500

export interface LogFeedOptions {
  readonly logs: LogReader
  /** `missed`: lines before these that were not kept long enough to be shown. */
  readonly show: (lines: readonly LogLine[], missed: number) => void
}

/** Shows log lines as they come, of pods that were there before only what they say from now on. However many there are, what else happens is shown between them. */
export function feedLogs({ logs, show }: LogFeedOptions): Closable {
  const begunAt = Date.now()
  let position = logs.first
  let next: NodeJS.Immediate | undefined
  const step = () => {
    next = undefined
    const slice = logs.read(position, linesAtOnce)
    position = slice.next
    const isShown = ({ source, time }: LogLine) => source.isEarlier !== true || Date.parse(time) >= begunAt
    show(slice.lines.filter(isShown), slice.missed)
    if (position < logs.next) schedule()
  }
  const schedule = () => {
    next ??= setImmediate(step)
  }
  const subscription = logs.subscribe(schedule)
  return {
    close() {
      clearImmediate(next)
      return subscription.close()
    },
  }
}
