import { type Draft, isDraft } from '../draft.ts'
import type { JsonSchema } from './json-schema.ts'

/** Fills in the defaults of a custom kind, in place. */
export function applyJsonDefaults(schema: JsonSchema, value: unknown): void {
  if (Array.isArray(value) && schema.items) for (const item of value) applyJsonDefaults(schema.items, item)
  if (isDraft(value)) fillProperties(schema, value)
}

function fillProperties({ properties = {}, additionalProperties }: JsonSchema, draft: Draft): void {
  for (const [name, inner] of Object.entries(properties)) {
    const isMissing = draft[name] === undefined || (draft[name] === null && !inner.nullable)
    if (isMissing && inner.default !== undefined) draft[name] = structuredClone(inner.default)
    else if (draft[name] === null && !inner.nullable) delete draft[name]
    applyJsonDefaults(inner, draft[name])
  }
  if (typeof additionalProperties !== 'object') return
  for (const value of Object.values(draft)) applyJsonDefaults(additionalProperties, value)
}
