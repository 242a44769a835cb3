import { isRecord } from '../../util/is-record.ts'

/** An object that is being filled in: a copy that nobody else has yet. */
export type Draft = Record<string, unknown>

export function isDraft(value: unknown): value is Draft {
  return isRecord(value)
}

/** The object in a field; one that is missing is put there. */
export function child(draft: Draft, field: string): Draft {
  const found = draft[field]
  if (isDraft(found)) return found
  const made: Draft = {}
  draft[field] = made
  return made
}

/** The object in a field, or one that stands for a missing one and is put nowhere. */
export function peek(draft: Draft, field: string): Draft {
  const found = draft[field]
  return isDraft(found) ? found : {}
}

/** The objects of a list. */
export function items(draft: Draft, field: string): Draft[] {
  const found = draft[field]
  return Array.isArray(found) ? found.filter(isDraft) : []
}

/** Puts a value where there is none. */
export function fill(draft: Draft, field: string, value: unknown): void {
  if (draft[field] === undefined || draft[field] === null) draft[field] = value
}
