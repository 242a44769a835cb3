import { isRecord } from '../../util/is-record.ts'
import type { JsonObject } from '../schema/types.ts'

export function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((at, field) => (isRecord(at) ? at[field] : undefined), value)
}

/** A copy with another value at a path. */
export function withValueAt(object: JsonObject, path: readonly string[], value: unknown): JsonObject {
  const [field = '', ...rest] = path
  const inner = object[field]
  return {
    ...object,
    [field]: rest.length === 0 ? value : withValueAt(isRecord(inner) ? inner : {}, rest, value),
  }
}
