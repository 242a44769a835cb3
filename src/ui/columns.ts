import type { Snapshot } from '../engine/port.ts'

/** Characters of the column that says of whom a line speaks; a longer name moves its own line. */
const minSubjectWidth = 12
const maxSubjectWidth = 28

/** Characters of the column behind it. */
export const wordWidth = 9

export function subjectWidthOf({ state }: Snapshot): number {
  const subjects = [...state.images.keys(), ...state.services.keys()]
  return Math.min(maxSubjectWidth, Math.max(minSubjectWidth, ...subjects.map(name => name.length)))
}

/** @param at milliseconds since the epoch */
export function formatTime(at: number): string {
  // By hand: Date's own texts name the time zone too, and are what drawing lines that stream by took the most time for.
  const time = new Date(at)
  return [time.getHours(), time.getMinutes(), time.getSeconds()].map(twoDigits).join(':')
}

function twoDigits(value: number): string {
  return value < 10 ? `0${value}` : `${value}`
}
