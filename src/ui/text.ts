import path from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import type { Failure, Place } from '../model/failure.ts'

/** Text of a tool or a pod, without anything that could move the cursor, set colours or the title. */
export function clean(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/\t/g, '  ')
    .replace(/[\x00-\x1f\x7f-\x9f]/g, '')
}

/** `80 ms`, `1.9 s`, `2 min 5 s`. */
export function formatDuration(ms: number): string {
  if (ms < 995) return `${Math.round(ms)} ms`
  if (ms < 59_950) return `${(ms / 1_000).toFixed(1)} s`
  const seconds = Math.round(ms / 1_000)
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}

/** A path as the user would write it from where devloop was started. */
export function formatPath(file: string, cwd: string): string {
  const relative = path.relative(cwd, file)
  return relative === '' ? '.' : relative.startsWith('../../..') ? file : relative
}

function formatPlace({ file, line, column, object }: Place, cwd: string): string {
  const position = [line, column].filter(part => part !== undefined)
  const place = file === undefined ? undefined : [formatPath(file, cwd), ...position].join(':')
  return [place, object].filter(part => part !== undefined).join(' · ')
}

/** A failure as lines: what; then where, why and the cure, each with a word in front; then the tool's last lines. */
export function formatFailure(failure: Failure, cwd: string): readonly string[] {
  const { message, at, why, cure, output = [] } = failure
  return [
    clean(message),
    ...(at ? [`  at   ${formatPlace(at, cwd)}`] : []),
    ...(why === undefined ? [] : [`  why  ${clean(why)}`]),
    ...(cure === undefined ? [] : [`  fix  ${clean(cure)}`]),
    ...output.map(line => `  │ ${clean(line)}`),
  ]
}

/** `1 file`, `3 files`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}

/** Words for people: `a`, `a and b`, `a, b and 3 more`. */
export function listed(items: readonly string[], most = 3): string {
  const shown = items.slice(0, most)
  const more = items.length - shown.length
  if (more > 0) return `${shown.join(', ')} and ${more} more`
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`
}
