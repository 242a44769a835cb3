import { styleText } from 'node:util'
import { isAtLeast, type LogLine, type LogSource } from '../model/log.ts'
import { colourOf, formatPod, matches } from '../ui/log-source.ts'
import { clean, count } from '../ui/text.ts'
import { drained } from '../util/drained.ts'
import { showsColours } from './colours.ts'
import type { LogsOptions } from './logs.ts'

/** Prints those lines that are wanted, as fast as they are taken. */
export function createLogPrinter({
  grep,
  level,
}: Pick<LogsOptions, 'grep' | 'level'>): (lines: readonly LogLine[]) => Promise<void> {
  const { stdout } = process
  const isColoured = showsColours(stdout)
  let width = 0
  const prefixOf = (source: LogSource) => {
    const text = `${source.service} ${formatPod(source)}`
    width = Math.max(width, text.length)
    const padded = `${text.padEnd(width)} │`
    return isColoured ? styleText(colourOf(source.service), padded, { validateStream: false }) : padded
  }
  const isWanted = (line: LogLine) =>
    (level === undefined || isAtLeast(line, level)) && (!grep || matches(line, grep))
  return async lines => {
    const shown = lines
      .filter(isWanted)
      .map(({ source, text }) => `${prefixOf(source)} ${isColoured ? text : clean(text)}`.trimEnd())
    if (shown.length > 0 && !stdout.write(`${shown.join('\n')}\n`)) await drained(stdout)
  }
}

export function warnOfMissed(lines: number): void {
  warn(`${count(lines, 'line')} came faster than they could be shown`)
}

export function warn(text: string): void {
  process.stderr.write(`${styleText('yellow', 'warning', { stream: process.stderr })} ${text}\n`)
}
