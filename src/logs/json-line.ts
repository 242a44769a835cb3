import type { LogLevel } from '../model/log.ts'
import { levelOf } from './level.ts'

export interface JsonLine {
  readonly text: string
  readonly level?: LogLevel
}

/** Names of pino, bunyan, winston, zap, zerolog, slog, logback, log4j, python-json-logger, Serilog, ECS and the clouds. */
const levelKeys = [
  'level',
  'severity',
  'lvl',
  'levelname',
  'log.level',
  'loglevel',
  'logLevel',
  'level_name',
  '@l',
]
const messageKeys = ['msg', 'message', 'short_message', '@m', '@mt', 'event', 'textPayload']
const timeKeys = [
  'time',
  'timestamp',
  'ts',
  '@timestamp',
  '@t',
  'asctime',
  'datetime',
  'date',
  'instant',
  'timeMillis',
]

/** A logger's own time tells nothing new this close to the one of the node, in milliseconds. */
const sameMomentMs = 2_000

/**
 * A JSON object of a logger in the words of a person: time (where it is another than the node's), level, message, then
 * the other members as `key=value`. Nothing for an object that has neither level nor message: it is data, to be shown as it is.
 *
 * @param text without control characters
 * @param time when the node took the line
 */
export function readJsonLine(text: string, time: string): JsonLine | undefined {
  if (!text.startsWith('{') || !text.endsWith('}')) return undefined
  const members = parseObject(text)
  if (!members) return undefined
  const takeFirst = (keys: readonly string[], isFit: (value: unknown) => boolean) => {
    const key = keys.find(one => isFit(members.get(one)))
    const value = key === undefined ? undefined : members.get(key)
    if (key !== undefined) members.delete(key)
    return value
  }
  const level = levelOf(takeFirst(levelKeys, value => levelOf(value) !== undefined))
  const message = takeFirst(messageKeys, value => typeof value === 'string')
  if (level === undefined && message === undefined) return undefined
  const own = takeFirst(timeKeys, value => readTime(value) !== undefined)
  const ownTime = readTime(own)
  const isOther = ownTime !== undefined && Math.abs(ownTime - Date.parse(time)) > sameMomentMs
  const parts = [
    ...(isOther ? [new Date(ownTime).toISOString()] : []),
    ...(level === undefined ? [] : [level.toUpperCase().padEnd(5)]),
    ...(typeof message === 'string' && message !== '' ? [oneLine(message)] : []),
    ...[...members].map(([key, value]) => `${key}=${format(value)}`),
  ]
  return { text: parts.join(' ').trimEnd(), ...(level && { level }) }
}

function parseObject(text: string): Map<string, unknown> | undefined {
  try {
    return new Map(Object.entries(JSON.parse(text)))
  } catch {
    return undefined
  }
}

/** In milliseconds since 1970, of a date or of a number of seconds, milliseconds or nanoseconds since then. */
function readTime(value: unknown): number | undefined {
  if (typeof value === 'string') {
    const at = Date.parse(value)
    return Number.isNaN(at) ? undefined : at
  }
  if (typeof value !== 'number' || value < 1e9 || value > 4e18) return undefined
  return value > 1e17 ? value / 1e6 : value > 1e11 ? value : value * 1_000
}

function format(value: unknown): string {
  if (typeof value === 'string') return /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value)
  return JSON.stringify(value) ?? ''
}

function oneLine(message: string): string {
  return message.replace(/\r?\n/g, ' ⏎ ')
}
