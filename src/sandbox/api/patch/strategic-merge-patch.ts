import { fail, ok, type Result } from '../../../model/result.ts'
import { isRecord } from '../../../util/is-record.ts'
import type { Field, JsonObject, ObjectSchema, Schema } from '../../schema/types.ts'

/**
 * Kubernetes' own merge patch: as a JSON merge patch, but that lists with a merge key are merged by it. Directives say more:
 * `$patch: replace|delete|merge`, `$deleteFromPrimitiveList/…`, `$setElementOrder/…` and `$retainKeys`.
 *
 * @returns the words for the user where the patch makes no sense
 */
export function applyStrategicMergePatch(
  schema: ObjectSchema,
  value: JsonObject,
  patch: JsonObject,
): Result<JsonObject, string> {
  try {
    return ok(mergeObjects(schema, value, patch))
  } catch (error) {
    if (error instanceof WrongPatch) return fail(error.message)
    throw error
  }
}

/** Leaves the recursion; is a value again outside of it. */
class WrongPatch extends Error {}

const deletionPrefix = '$deleteFromPrimitiveList/'
const orderPrefix = '$setElementOrder/'

function mergeObjects(schema: Schema, value: JsonObject, patch: JsonObject): JsonObject {
  const { $patch: directive, $retainKeys: retained, ...changes } = patch
  if (directive === 'replace') return withoutDirectives(changes)
  if (directive === 'delete') return {}
  if (directive !== undefined && directive !== 'merge') {
    throw new WrongPatch(`Unrecognized patch directive: ${JSON.stringify(directive)}`)
  }
  const merged: Record<string, unknown> = { ...value }
  if (Array.isArray(retained)) {
    for (const name of Object.keys(merged)) if (!retained.includes(name)) delete merged[name]
  }
  for (const [name, change] of Object.entries(changes)) {
    if (name.startsWith('$')) continue
    if (change === null) delete merged[name]
    else {
      const field = fieldOf(schema, name)
      merged[name] = mergeField(field, name, merged[name], change, changes[orderPrefix + name])
    }
  }
  for (const [name, change] of Object.entries(changes)) {
    const list = name.startsWith(deletionPrefix) ? name.slice(deletionPrefix.length) : undefined
    const current = list === undefined ? undefined : merged[list]
    if (list !== undefined && Array.isArray(current) && Array.isArray(change)) {
      merged[list] = current.filter(item => !change.includes(item))
    }
    const ordered = name.startsWith(orderPrefix) ? name.slice(orderPrefix.length) : undefined
    if (ordered !== undefined && changes[ordered] === undefined && Array.isArray(merged[ordered])) {
      merged[ordered] = inOrder(merged[ordered], change, fieldOf(schema, ordered)?.patch?.mergeKey)
    }
  }
  return merged
}

function fieldOf(schema: Schema, name: string): Field | undefined {
  if (schema.kind === 'object') return schema.fields.get(name)
  return schema.kind === 'dictionary' ? { schema: schema.values, isRequired: false } : undefined
}

function mergeField(
  field: Field | undefined,
  name: string,
  value: unknown,
  change: unknown,
  order: unknown,
): unknown {
  const inner: Schema = field?.schema ?? { kind: 'any' }
  if (isRecord(change)) return mergeObjects(inner, isRecord(value) ? value : {}, change)
  if (!Array.isArray(change)) return change
  if (!field?.patch?.isMerged) return withoutDirectives(change)
  const { mergeKey } = field.patch
  const current = Array.isArray(value) ? value : []
  const items: Schema = inner.kind === 'list' ? inner.items : { kind: 'any' }
  const merged =
    mergeKey === undefined
      ? [...new Set([...current, ...change])]
      : mergeLists(items, name, mergeKey, current, change)
  return order === undefined ? merged : inOrder(merged, order, mergeKey)
}

function mergeLists(
  items: Schema,
  name: string,
  mergeKey: string,
  current: readonly unknown[],
  change: readonly unknown[],
): unknown[] {
  if (change.some(item => isRecord(item) && item.$patch === 'replace')) {
    return change.filter(item => !isRecord(item) || item.$patch === undefined)
  }
  const merged = [...current]
  for (const item of change) {
    if (!isRecord(item)) throw new WrongPatch(`the items of ${name} must be objects`)
    const key = item[mergeKey]
    if (key === undefined) {
      throw new WrongPatch(`map: ${JSON.stringify(item)} does not contain declared merge key: ${mergeKey}`)
    }
    const index = merged.findIndex(one => isRecord(one) && one[mergeKey] === key)
    const found = merged[index]
    if (item.$patch === 'delete') {
      if (index >= 0) merged.splice(index, 1)
    } else if (isRecord(found)) merged[index] = mergeObjects(items, found, item)
    else merged.push(mergeObjects(items, {}, item))
  }
  return merged
}

/** In the order that the patch asks for; items that it does not name stay behind the one that they were behind. */
function inOrder(list: readonly unknown[], order: unknown, mergeKey: string | undefined): unknown[] {
  if (!Array.isArray(order)) return [...list]
  const keyOf = (item: unknown) => (mergeKey !== undefined && isRecord(item) ? item[mergeKey] : item)
  const wanted = order.map(keyOf)
  const groups = new Map<unknown, unknown[]>(wanted.map(key => [key, []]))
  const first: unknown[] = []
  let group = first
  for (const item of list) {
    const named = groups.get(keyOf(item))
    if (named) group = named
    group.push(item)
  }
  return [...first, ...[...groups.values()].flat()]
}

function withoutDirectives(value: unknown): JsonObject & unknown[] {
  return strip(value) as JsonObject & unknown[]
}

function strip(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter(item => !isDirective(item)).map(strip)
  if (!isRecord(value)) return value
  const kept = Object.entries(value).filter(([name, inner]) => !name.startsWith('$') && inner !== null)
  return Object.fromEntries(kept.map(([name, inner]) => [name, strip(inner)]))
}

function isDirective(item: unknown): boolean {
  return isRecord(item) && item.$patch !== undefined && Object.keys(item).length === 1
}
