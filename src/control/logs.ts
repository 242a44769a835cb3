import type { ServerResponse } from 'node:http'
import { formatLine } from '../feed/lines.ts'
import { describeLogLine, describeMissed } from '../feed/log-line.ts'
import { isAtLeast, type LogLevel, type LogLine, type LogReader, logTimestamp } from '../model/log.ts'
import { drained } from '../util/drained.ts'
import { createPace } from '../util/pace.ts'

/** Which lines are wanted of what the project's containers say. */
export interface LogsRequest {
  /** Names; empty: all. */
  readonly services: readonly string[]
  /** Nothing older than so many milliseconds; 0: only what comes. */
  readonly sinceMs?: number
  /** Only lines that say that they are at least so serious. */
  readonly level?: LogLevel
  /** Goes on with what is said from now on. */
  readonly follow: boolean
}

/** Lines that are looked at before anything else gets its turn. */
const linesAtOnce = 500

/** Characters that wait for a reader, but for the rest of one line. */
const maxWaiting = 256 * 1024

/**
 * Sends lines as fast as they are read, and no faster: what is behind stays in the ring of all, and what that has dropped
 * meanwhile is counted.
 */
export async function streamLogs(
  logs: LogReader,
  request: LogsRequest,
  response: ServerResponse,
): Promise<void> {
  const isWanted = filterOf(request, Date.now())
  const end = request.follow ? Number.POSITIVE_INFINITY : logs.next
  const pace = createPace()
  let position = request.sinceMs === 0 ? logs.next : logs.first
  while (position < end && !response.destroyed && !response.writableEnded) {
    const { lines, next, missed } = logs.read(position, Math.min(linesAtOnce, end - position))
    let text = missed > 0 ? formatLine(describeMissed(missed, Date.now())) : ''
    position = next - lines.length
    for (const line of lines) {
      position++
      if (isWanted(line)) text += formatLine(describeLogLine(line))
      if (text.length > maxWaiting) break
    }
    if (text !== '' && !response.write(text)) await drained(response)
    if (position === logs.next && position < end) await nextLine(logs, response)
    await pace()
  }
  response.end()
}

function filterOf({ services, sinceMs, level }: LogsRequest, now: number): (line: LogLine) => boolean {
  const wanted = new Set(services)
  // Of what comes the clock of no node is asked.
  const begin = sinceMs ? logTimestamp(now - sinceMs) : ''
  return line =>
    (wanted.size === 0 || wanted.has(line.source.service)) &&
    line.time >= begin &&
    (level === undefined || isAtLeast(line, level))
}

async function nextLine(logs: LogReader, response: ServerResponse): Promise<void> {
  const added = Promise.withResolvers<void>()
  const subscription = logs.subscribe(added.resolve)
  response.once('close', added.resolve)
  if (response.destroyed) added.resolve()
  await added.promise
  response.off('close', added.resolve)
  void subscription.close()
}
