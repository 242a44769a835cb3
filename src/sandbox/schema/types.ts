import { isRecord } from '../../util/is-record.ts'
/** What a value may look like, and how changes of it by several people are merged. */
export type Schema = ScalarSchema | ListSchema | DictionarySchema | ObjectSchema | AnySchema

export interface ScalarSchema {
  readonly kind: 'scalar'
  readonly type: ScalarType
}

export type ScalarType =
  | 'string'
  /** Written in base64. */
  | 'bytes'
  | 'integer'
  | 'number'
  | 'boolean'
  /** An amount with a unit: a string or a number. */
  | 'quantity'
  | 'time'
  | 'int-or-string'

export interface ListSchema {
  readonly kind: 'list'
  readonly items: Schema
  /** `atomic`: it is written as a whole; `set`: its scalars stand for themselves; `map`: its items are known by `keys`. */
  readonly merge: 'atomic' | 'set' | 'map'
  readonly keys: readonly string[]
}

/** An object whose keys are free: labels. */
export interface DictionarySchema {
  readonly kind: 'dictionary'
  readonly values: Schema
  readonly isAtomic: boolean
}

export interface ObjectSchema {
  readonly kind: 'object'
  /** Of a built-in type: `core.v1.Container`. */
  readonly name?: string
  readonly fields: ReadonlyMap<string, Field>
  readonly isAtomic: boolean
  /** Fields that `fields` does not name are kept (`x-kubernetes-preserve-unknown-fields`). */
  readonly keepsUnknown: boolean
}

export interface Field {
  readonly schema: Schema
  readonly isRequired: boolean
  /** What a strategic merge patch goes by, where that is not the whole value. */
  readonly patch?: PatchStrategy
  /** The number in protocol buffers; with two, the second one is within the message of the first. */
  readonly numbers?: readonly number[]
  /** Taken where the field is missing. */
  readonly preset?: unknown
}

export interface PatchStrategy {
  /** The field by which items of a list are known; undefined: the list has scalars. */
  readonly mergeKey?: string
  readonly isMerged: boolean
  /** `$retainKeys` is understood: of a union, what is not named goes. */
  readonly retainsKeys: boolean
}

/** Whatever JSON can say. */
export interface AnySchema {
  readonly kind: 'any'
}

export const anySchema: AnySchema = { kind: 'any' }

export type JsonObject = Readonly<Record<string, unknown>>

/** By which fields an item of a list is known, with their values; a key that is not said has its preset. */
export function itemKey({ keys, items }: ListSchema, item: unknown): JsonObject {
  const key: Record<string, unknown> = {}
  for (const name of keys.toSorted()) {
    const preset = items.kind === 'object' ? items.fields.get(name)?.preset : undefined
    const value = (isRecord(item) ? item[name] : undefined) ?? preset
    if (value !== undefined) key[name] = value
  }
  return key
}
