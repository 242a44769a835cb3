import { isDeepStrictEqual } from 'node:util'
import { isRecord } from '../../../util/is-record.ts'
import type { ObjectSchema, Schema } from '../../schema/types.ts'
import {
  difference,
  elementOf,
  emptySet,
  type FieldSet,
  fieldSchema,
  fieldSetOf,
  isEmpty,
  isLeaf,
  memberOnly,
  union,
} from './field-set.ts'

export interface Comparison {
  /** Fields that are new, or have another value. */
  readonly written: FieldSet
  readonly removed: FieldSet
}

/** @param before undefined: there was nothing */
export function compare(schema: ObjectSchema, before: unknown, after: unknown): Comparison {
  const old = before === undefined ? emptySet : fieldSetOf(schema, before)
  const current = fieldSetOf(schema, after)
  const modified = before === undefined ? emptySet : modifiedFields(schema, before, after)
  return { written: union(difference(current, old), modified), removed: difference(old, current) }
}

/** Fields that both have, with different values. */
function modifiedFields(schema: Schema, before: unknown, after: unknown): FieldSet {
  if (isLeaf(schema) || !isContainer(before) || !isContainer(after)) {
    return isDeepStrictEqual(before, after) ? emptySet : memberOnly
  }
  const children = new Map<string, FieldSet>()
  const old = childrenOf(schema, before)
  for (const [element, { schema: inner, value }] of childrenOf(schema, after)) {
    const found = old.get(element)
    const set = found ? modifiedFields(inner, found.value, value) : emptySet
    if (!isEmpty(set)) children.set(element, set)
  }
  return { isMember: false, children }
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function childrenOf(schema: Schema, value: object): Map<string, { schema: Schema; value: unknown }> {
  if (schema.kind === 'list') {
    const items = Array.isArray(value) ? value : []
    return new Map(items.map(item => [elementOf(schema, item), { schema: schema.items, value: item }]))
  }
  const fields = isRecord(value) ? Object.entries(value) : []
  return new Map(
    fields.map(([name, inner]) => [`f:${name}`, { schema: fieldSchema(schema, name), value: inner }]),
  )
}
