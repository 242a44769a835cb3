import type { LogLevel } from '../model/log.ts'

const levelNames: Readonly<Record<LogLevel, readonly string[]>> = {
  trace: ['trace', 'trc', 'finest', 'finer', 'verbose'],
  debug: ['debug', 'dbg', 'debu', 'fine'],
  info: ['info', 'information', 'informational', 'inf', 'notice', 'log', 'default'],
  warn: ['warn', 'warning', 'wrn'],
  error: ['error', 'err', 'erro', 'eror', 'severe'],
  fatal: ['fatal', 'critical', 'crit', 'alert', 'emerg', 'emergency', 'panic', 'dpanic', 'ftl'],
}

const levelByName = new Map(
  Object.entries(levelNames).flatMap(([level, names]) => names.map(name => [name, level as LogLevel])),
)

/** A level by any of its usual names, or by its number: of pino and bunyan (10 to 60), or of syslog (0 to 7). */
export function levelOf(value: unknown): LogLevel | undefined {
  if (typeof value === 'string') return levelByName.get(value.trim().toLowerCase())
  if (typeof value !== 'number') return undefined
  if (value >= 10)
    return (['trace', 'debug', 'info', 'warn', 'error'] as const)[Math.floor(value / 10) - 1] ?? 'fatal'
  if (value === 7) return 'debug'
  if (value >= 5) return 'info'
  return value === 4 ? 'warn' : value === 3 ? 'error' : 'fatal'
}

/** Where loggers put the level; what comes later is the message. */
const prefixLength = 120

const klogLevels: Readonly<Record<string, LogLevel>> = { I: 'info', W: 'warn', E: 'error', F: 'fatal' }
/** `E1121 14:35:01.868924       1 main.go:12] …` */
const klog = /^([IWEF])\d{4} \d\d:\d\d:\d\d/
/** `time=… level=warn msg=…` */
const logfmt = /(?:^|\s)(?:level|lvl|severity|loglevel)=["']?([a-z]+)/i
/** `[error]`, `[core:error]`, `<warn>`, `(info)` */
const bracketed = /[[(<](?:\w+:)?([a-z]+)[\])>]/gi
/** `error: …`, `Warning: …`, `npm ERR! …`, also behind a time or a name */
const labelled = /(?:^|[\s\]])([a-z]+)[:!](?:\s|$)/gi
/** `2026-11-21 12:00:00 ERROR …`: as a bare word in capitals only, since in a sentence it says nothing. */
const capitals = /(?:^|[\s|:])([A-Z]{3,})(?=$|[\s|:(\]])/g
/** With the characters of which there is one where the pattern is found: to look for those is quicker. */
const wordPatterns = [
  { pattern: bracketed, marks: ['[', '(', '<'] },
  { pattern: labelled, marks: [':', '!'] },
  { pattern: capitals, marks: [] },
]
/** `TypeError: …`, `java.lang.IllegalStateException: …`, and what runtimes say of one that nobody caught. */
const exception =
  /^(?:Uncaught )?(?:[\w$]+\.)*[A-Z][\w$]*(?:Error|Exception)\b|^Traceback \(most recent call last\)|^Exception in thread |^Unhandled /

/** The level that a line of text says, in the ways of the usual loggers. @param text without colours */
export function detectLevel(text: string): LogLevel | undefined {
  const prefix = text.slice(0, prefixLength)
  const short = klog.exec(prefix)?.[1]
  if (short !== undefined) return klogLevels[short]
  const named = text.includes('=') ? levelOf(logfmt.exec(text)?.[1]) : undefined
  if (named) return named
  for (const { pattern, marks } of wordPatterns) {
    const isPossible = marks.length === 0 || marks.some(mark => prefix.includes(mark))
    const level = isPossible ? firstLevel(prefix, pattern) : undefined
    if (level) return level
  }
  if (/^panic: /.test(prefix)) return 'fatal'
  return exception.test(prefix) ? 'error' : undefined
}

/** Of the words that a pattern finds, the first that is a level. */
function firstLevel(text: string, pattern: RegExp): LogLevel | undefined {
  // Not by matchAll, which copies the pattern: this is asked of every line that any pod prints.
  pattern.lastIndex = 0
  for (let found = pattern.exec(text); found; found = pattern.exec(text)) {
    const level = levelOf(found[1])
    if (level) return level
  }
  return undefined
}
