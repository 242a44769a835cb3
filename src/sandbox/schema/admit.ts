import { applyJsonDefaults } from './custom/defaults.ts'
import { applyDefaults } from './defaults.ts'
import type { Draft } from './draft.ts'
import type { FieldError } from './field-error.ts'
import { type Kind, type KindVersion, storedVersion } from './kind.ts'
import type { JsonObject } from './types.ts'
import { validate } from './validation/validate.ts'

export interface Admission<T> {
  /** A copy with the defaults filled in. */
  readonly value: T
  readonly errors: readonly FieldError[]
}

/** What is done to every object before it is written: defaults, then validation. */
export function admit<T extends JsonObject>(kind: Kind, object: T, previous: T | undefined): Admission<T> {
  const version = storedVersion(kind)
  const draft = defaulted(version, object)
  // Who creates an object has no say in how it is; the defaults of a status are those of a new one.
  if (version.hasStatus && !previous) {
    delete draft.status
    if (!version.jsonSchema) draft.status = {}
    fillDefaults(version, draft)
  }
  return { value: draft as T, errors: validate(kind, draft, previous) }
}

/** A copy with the defaults filled in. */
export function defaulted(version: KindVersion, object: JsonObject): Draft {
  const draft: Draft = structuredClone(object)
  fillDefaults(version, draft)
  return draft
}

function fillDefaults({ jsonSchema, schema }: KindVersion, draft: Draft): void {
  if (jsonSchema) applyJsonDefaults(jsonSchema, draft)
  else applyDefaults(schema, draft)
}
