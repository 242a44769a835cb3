import { isRecord } from '../../../util/is-record.ts'

/** RFC 7396: null removes a field, objects are merged, everything else is put in place. */
export function applyMergePatch(value: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch
  const merged: Record<string, unknown> = isRecord(value) ? { ...value } : {}
  for (const [field, change] of Object.entries(patch)) {
    if (change === null) delete merged[field]
    else merged[field] = applyMergePatch(merged[field], change)
  }
  return merged
}
