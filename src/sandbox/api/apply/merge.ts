import { isRecord } from '../../../util/is-record.ts'
import type { JsonObject, ListSchema, Schema } from '../../schema/types.ts'
import { elementOf, type FieldSet, fieldSchema, isLeaf } from './field-set.ts'

/** Puts what is applied over what is there: lists by their keys, everything else field by field. */
export function merge(schema: Schema, live: unknown, applied: unknown): unknown {
  if (applied === undefined) return live
  if (live === undefined || live === null || isLeaf(schema)) return applied
  if (schema.kind === 'list') {
    return Array.isArray(live) && Array.isArray(applied) ? mergeLists(schema, live, applied) : applied
  }
  if (!isRecord(live) || !isRecord(applied)) return applied
  const merged: Record<string, unknown> = { ...live }
  for (const [name, value] of Object.entries(applied)) {
    merged[name] = merge(fieldSchema(schema, name), live[name], value)
  }
  return merged
}

/**
 * Those that are applied come in their order; those that are only there stay behind the one that they were behind, as far as
 * that one still is.
 */
function mergeLists(schema: ListSchema, live: readonly unknown[], applied: readonly unknown[]): unknown[] {
  const livingByElement = new Map(live.map(item => [elementOf(schema, item), item]))
  const appliedElements = new Set(applied.map(item => elementOf(schema, item)))
  const merged: unknown[] = []
  let next = 0
  const takeOthers = () => {
    for (; next < live.length; next++) {
      if (appliedElements.has(elementOf(schema, live[next]))) return
      merged.push(live[next])
    }
  }
  takeOthers()
  for (const item of applied) {
    const element = elementOf(schema, item)
    const living = livingByElement.get(element)
    merged.push(living === undefined ? item : merge(schema.items, living, item))
    if (next < live.length && elementOf(schema, live[next]) === element) {
      next++
      takeOthers()
    }
  }
  for (; next < live.length; next++) {
    if (!appliedElements.has(elementOf(schema, live[next]))) merged.push(live[next])
  }
  return merged
}

/**
 * Takes away what somebody had applied and now has not, unless others have it too.
 *
 * @param gone what may go
 * @param kept what stays: all that anybody has
 */
export function prune(schema: Schema, value: unknown, gone: FieldSet, kept: FieldSet): unknown {
  if (isLeaf(schema)) return value
  if (schema.kind === 'list') {
    if (!Array.isArray(value)) return value
    return value.flatMap(item => {
      const element = elementOf(schema, item)
      const left = pruned(schema.items, item, gone.children.get(element), kept.children.get(element))
      return left === undefined ? [] : [left.value]
    })
  }
  if (!isRecord(value)) return value
  const rest: Record<string, unknown> = {}
  for (const [name, inner] of Object.entries(value)) {
    const element = `f:${name}`
    const at = fieldSchema(schema, name)
    const left = pruned(at, inner, gone.children.get(element), kept.children.get(element))
    if (left !== undefined) rest[name] = left.value
  }
  return rest
}

/** Undefined: it goes. Of a dictionary only single keys go: others may be there that nobody is known to have written. */
function pruned(
  schema: Schema,
  value: unknown,
  gone: FieldSet | undefined,
  kept: FieldSet | undefined,
): { readonly value: unknown } | undefined {
  if (!gone) return { value }
  const isKept = kept !== undefined && (kept.isMember || kept.children.size > 0)
  if (isKept) return { value: prune(schema, value, gone, kept) }
  const isShared = schema.kind === 'dictionary' && !schema.isAtomic && gone.children.size > 0
  if (!isShared) return undefined
  const rest = prune(schema, value, gone, { isMember: false, children: new Map() }) as JsonObject
  return Object.keys(rest).length === 0 ? undefined : { value: rest }
}
