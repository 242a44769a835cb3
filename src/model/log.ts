import type { Closable } from '../util/scope.ts'

/** One container of a pod, as whoever says a line. */
export interface LogSource {
  readonly service: string
  readonly namespace: string
  readonly pod: string
  readonly container: string
  /** Its pod was there before devloop was started. */
  readonly isEarlier?: true
}

/** From the least to the most serious. */
export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const

export type LogLevel = (typeof logLevels)[number]

/** A line of a container's log. */
export interface LogLine {
  /** When the node took it: RFC 3339 in UTC with nine digits behind the second, so that text sorts as time does. */
  readonly time: string
  readonly source: LogSource
  /** To be shown as it is: of all control characters only whole colour sequences (SGR) are in it, and it ends without colour. */
  readonly text: string
  /** What the container wrote, where `text` says it in a more readable way (a JSON object). No control characters. */
  readonly raw?: string
  /** Absent where the line does not say. */
  readonly level?: LogLevel
}

/** Counts all lines that were ever kept, from 0. */
export type LogSequence = number

export interface LogSlice {
  readonly lines: readonly LogLine[]
  /** Where to read on. */
  readonly next: LogSequence
  /** Lines from the asked place on that are no longer kept. */
  readonly missed: number
}

/** The newest lines of all containers. Everyone reads at a pace of their own. */
export interface LogReader {
  /** The oldest line that is kept. */
  readonly first: LogSequence
  /** What the next line will be. */
  readonly next: LogSequence
  /** At most so many lines from a place on, oldest first. */
  read(from: LogSequence, most: number): LogSlice
  /** Whose the lines are that `read` gives, without their texts, which take the most time of reading. */
  readSources(from: LogSequence, most: number): readonly LogSource[]
  /** Called after lines were added, as part of reading them: it must be quick, and must not throw. */
  subscribe(onAdded: () => void): Closable
}

/** As the times of lines are written. @param at milliseconds since the epoch */
export function logTimestamp(at: number): string {
  return new Date(at).toISOString().replace('Z', '000000Z')
}

/** Whether a line says that it is at least so serious. */
export function isAtLeast({ level }: LogLine, least: LogLevel): boolean {
  return level !== undefined && logLevels.indexOf(level) >= logLevels.indexOf(least)
}
