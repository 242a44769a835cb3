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
  return new Date(at).toTimeString().slice(0, 8)
}
