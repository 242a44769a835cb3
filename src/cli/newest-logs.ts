import type { ControlClient } from '../control/client.ts'
import type { LogLevel, LogLine } from '../model/log.ts'
import { fail, ok, type Result } from '../model/result.ts'
import { matches } from '../ui/log-source.ts'
import { clean } from '../ui/text.ts'

export interface NewestLogsRequest {
  /** Names; empty: all. */
  readonly services: readonly string[]
  readonly sinceSeconds?: number | undefined
  readonly level?: LogLevel | undefined
  /** A regular expression. */
  readonly grep?: string | undefined
  /** At most so many. */
  readonly lines: number
}

export interface NewestLogs {
  /** Oldest first. */
  readonly lines: readonly {
    readonly time: string
    readonly service: string
    readonly pod: string
    readonly container: string
    readonly level?: LogLevel
    readonly text: string
  }[]
  /** Older lines fit, too, and are left out. */
  readonly truncated: boolean
}

/** Characters of one line, and of all, that a reader with a small memory is given. */
const maxLineLength = 2_000
const maxLength = 50_000

/**
 * The newest lines that fit, out of what a running `up` keeps. The pattern is tried here: one that takes for ever holds up
 * nobody else.
 */
export async function readNewestLogs(
  client: Pick<ControlClient, 'logs'>,
  { services, sinceSeconds, level, grep, lines: most }: NewestLogsRequest,
): Promise<Result<NewestLogs>> {
  const pattern = grep === undefined ? ok(undefined) : parsePattern(grep)
  if (!pattern.ok) return pattern
  const newest: LogLine[] = []
  let isTruncated = false
  const keep = (lines: readonly LogLine[]) => {
    newest.push(...lines.filter(line => !pattern.value || matches(line, pattern.value)))
    if (newest.length <= most) return
    newest.splice(0, newest.length - most)
    isTruncated = true
  }
  const limit = AbortSignal.timeout(readMs)
  const read = await client.logs(
    {
      services,
      follow: false,
      ...(sinceSeconds !== undefined && { sinceMs: sinceSeconds * 1_000 }),
      ...(level && { level }),
    },
    { onLines: keep, onMissed: () => {} },
    limit,
  )
  if (!read.ok) return read
  if (limit.aborted)
    return fail({ code: 'control/silent', message: `The logs were not read within ${readMs / 1_000} s.` })
  const described = newest.map(describe)
  const begin = beginningWithin(described.map(({ text }) => text.length))
  return ok({ lines: described.slice(begin), truncated: isTruncated || begin > 0 })
}

/** Milliseconds for all that `up` keeps to be read. */
const readMs = 20_000

function describe({ time, source, text, level }: LogLine): NewestLogs['lines'][number] {
  const { service, pod, container } = source
  return { time, service, pod, container, ...(level && { level }), text: clean(text).slice(0, maxLineLength) }
}

/** From which line on all of them have room. */
function beginningWithin(lengths: readonly number[]): number {
  let room = maxLength
  let begin = lengths.length
  while (begin > 0 && room >= (lengths[begin - 1] ?? 0)) room -= lengths[--begin] ?? 0
  return begin
}

function parsePattern(text: string): Result<RegExp> {
  try {
    return ok(new RegExp(text))
  } catch (error) {
    return fail({
      code: 'control/request',
      message: `grep is no regular expression: ${(error as Error).message}`,
    })
  }
}
