import type { LogLevel, LogLine, LogReader, LogSequence, LogSource } from '../../model/log.ts'
import { formatTime } from '../columns.ts'
import { formatPod } from '../log-source.ts'
import { clean } from '../text.ts'
import type { Style, Theme } from '../theme.ts'
import { matches, type PaneLines } from './pane-lines.ts'
import { Sequences } from './sequences.ts'

/** Lines that are looked at in one step. */
const readAtOnce = 1_000

/** Lines that are read together, since who asks for one asks for its neighbours next. */
const neighbours = 64

/**
 * The lines of one service, or those of them that fit a pattern, out of the lines of all. It looks at each line of the reader once:
 * what comes is added, what the reader has dropped is dropped.
 */
export class LogLines implements PaneLines {
  readonly #reader: LogReader
  readonly #theme: Theme
  readonly #service: string
  readonly #pattern: RegExp | undefined
  /** Of those that belong to it: the reader has their text. */
  readonly #sequences = new Sequences()
  #read: { readonly begin: LogSequence; readonly lines: readonly LogLine[] } = { begin: 0, lines: [] }
  #position: number
  readonly #containers = new Set<string>()
  #lastSource: LogSource | undefined

  constructor(reader: LogReader, service: string, theme: Theme, pattern?: RegExp) {
    this.#reader = reader
    this.#service = service
    this.#theme = theme
    this.#pattern = pattern
    this.#position = reader.first
  }

  /** Takes in what has come since the last time. */
  update(): void {
    let position = Math.max(this.#position, this.#reader.first)
    while (position < this.#reader.next) {
      // Texts are only for those who look for something in them.
      const lines = this.#pattern
        ? this.#reader.read(position, readAtOnce).lines
        : this.#reader.readSources(position, readAtOnce)
      for (const line of lines) {
        if ('text' in line) this.#take(position++, line.source, line.text)
        else this.#take(position++, line)
      }
    }
    this.#position = position
    this.#sequences.dropBefore(this.#reader.first)
  }

  get first(): number {
    return this.#sequences.first
  }

  get next(): number {
    return this.#sequences.next
  }

  plain(index: number): string {
    const line = this.#at(index)
    return line ? clean(line.text) : ''
  }

  styled(index: number): string {
    const line = this.#at(index)
    return line ? this.#prefix(line) + line.text : ''
  }

  /** When, who, and how serious, before what is said. */
  prefix(index: number): string {
    const line = this.#at(index)
    return line ? this.#prefix(line) : ''
  }

  #prefix({ time, source, level }: LogLine): string {
    const { paint, symbols } = this.#theme
    const bar = paint(barStyles[level ?? 'info'], symbols.bar)
    // One container alone needs no name.
    const pod = this.#containers.size > 1 ? ` ${formatPod(source)}` : ''
    return `${paint('dim', `${formatTime(Date.parse(time))}${pod}`)} ${bar} `
  }

  #at(index: number): LogLine | undefined {
    const sequence = this.#sequences.at(index)
    if (sequence === undefined) return undefined
    const isRead = sequence >= this.#read.begin && sequence < this.#read.begin + this.#read.lines.length
    if (!isRead) {
      const { lines, next } = this.#reader.read(sequence - (sequence % neighbours), neighbours)
      this.#read = { begin: next - lines.length, lines }
    }
    return this.#read.lines[sequence - this.#read.begin]
  }

  #take(sequence: LogSequence, source: LogSource, text?: string): void {
    if (source.service !== this.#service) return
    if (source !== this.#lastSource && this.#containers.size < 2) {
      this.#containers.add(`${source.pod}/${source.container}`)
    }
    this.#lastSource = source
    if (this.#pattern && text !== undefined && !matches(this.#pattern, clean(text))) return
    this.#sequences.push(sequence)
  }
}

const barStyles: Readonly<Record<LogLevel, Style>> = {
  trace: 'dim',
  debug: 'dim',
  info: 'dim',
  warn: 'yellow',
  error: 'red',
  fatal: 'red',
}
