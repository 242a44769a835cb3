import { derivedDefaults } from './derived-defaults.ts'
import { type Draft, fill, isDraft } from './draft.ts'
import { fixedDefaults } from './fixed-defaults.ts'
import { canonicalQuantity } from './quantity.ts'
import type { ObjectSchema, Schema } from './types.ts'

/** Fills in what Kubernetes fills in where it is missing. An object of a built-in type is changed in place. */
export function applyDefaults(schema: ObjectSchema, draft: Draft): void {
  const { name = '' } = schema
  derivedDefaults[name]?.(draft)
  for (const [field, value] of Object.entries(fixedDefaults[name] ?? {})) {
    fill(draft, field, structuredClone(value))
  }
  for (const [field, { schema: inner, preset }] of schema.fields) {
    if (isQuantity(inner) && draft[field] !== undefined)
      draft[field] = canonicalQuantity(String(draft[field]))
    if (preset !== undefined) fill(draft, field, structuredClone(preset))
    // A null is the same as nothing to a server that reads into typed objects.
    if (draft[field] === null) delete draft[field]
    else if (draft[field] !== undefined) defaultsWithin(inner, draft[field])
  }
}

function defaultsWithin(schema: Schema, value: unknown): void {
  if (schema.kind === 'object' && isDraft(value)) applyDefaults(schema, value)
  if (schema.kind === 'list' && Array.isArray(value) && schema.items.kind !== 'scalar') {
    for (const item of value) defaultsWithin(schema.items, item)
  }
  if (schema.kind === 'dictionary' && isQuantity(schema.values) && isDraft(value)) {
    for (const [key, amount] of Object.entries(value)) value[key] = canonicalQuantity(String(amount))
  }
  if (schema.kind === 'dictionary' && schema.values.kind !== 'scalar' && isDraft(value)) {
    for (const one of Object.values(value)) defaultsWithin(schema.values, one)
  }
}

function isQuantity(schema: Schema): boolean {
  return schema.kind === 'scalar' && schema.type === 'quantity'
}
