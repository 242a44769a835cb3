import { applyJsonDefaults } from './custom/defaults.ts'
import { applyDefaults } from './defaults.ts'
import type { Draft } from './draft.ts'
import type { FieldError } from './field-error.ts'
import { type Kind, storedVersion } from './kind.ts'
import type { JsonObject } from './types.ts'
import { validate } from './validation/validate.ts'

export interface Admission<T> {
  /** A copy with the defaults filled in. */
  readonly value: T
  readonly errors: readonly FieldError[]
}

/** What is done to every object before it is written: defaults, then validation. */
export function admit<T extends JsonObject>(kind: Kind, object: T, previous: T | undefined): Admission<T> {
  const draft: Draft = structuredClone(object)
  const { hasStatus, jsonSchema, schema } = storedVersion(kind)
  if (hasStatus && !previous) delete draft.status
  if (jsonSchema) applyJsonDefaults(jsonSchema, draft)
  if (!kind.isCustom) applyDefaults(schema, draft)
  return { value: draft as T, errors: validate(kind, draft, previous) }
}
