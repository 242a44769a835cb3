import type { PodLogLine } from '../model/kube-api.ts'
import type { LogLevel, LogLine, LogSource } from '../model/log.ts'
import { readJsonLine } from './json-line.ts'
import { detectLevel } from './level.ts'
import { sanitize, withoutColour } from './sanitize.ts'

/** Makes lines of what one container writes. */
export class LineReader {
  readonly #source: LogSource
  /** Of the last line that was no continuation of another. */
  #level: LogLevel | undefined

  constructor(source: LogSource) {
    this.#source = source
  }

  read({ time, text }: PodLogLine): LogLine {
    const shown = sanitize(text)
    const json = readJsonLine(shown, time)
    this.#level = json ? json.level : this.#levelOf(shown)
    const line = { time, source: this.#source, text: json ? sanitize(json.text) : shown }
    const level = this.#level
    if (json) return { ...line, raw: shown, ...(level && { level }) }
    return level ? { ...line, level } : line
  }

  /** The lines of a stack trace are as serious as the line above them. */
  #levelOf(text: string): LogLevel | undefined {
    const plain = withoutColour(text)
    return isContinuation(plain) ? this.#level : detectLevel(plain)
  }
}

function isContinuation(text: string): boolean {
  return /^(?:\s+\S|Caused by: |\.\.\. \d+ more)/.test(text)
}
