import { isDeepStrictEqual } from 'node:util'
import { isRecord } from '../../../util/is-record.ts'
import { duplicate, type FieldError, invalid, required, unsupported, wrongType } from '../field-error.ts'
import type { JsonSchema } from './json-schema.ts'

/** Compares a value with a schema, in the words of the API server. Unknown fields are no matter of this. */
export function validateJson(schema: JsonSchema, value: unknown, path: string): FieldError[] {
  if (value === undefined || (value === null && schema.nullable)) return []
  const mismatch = typeError(schema, value, path)
  if (mismatch) return [mismatch]
  return [
    ...enumErrors(schema, value, path),
    ...(typeof value === 'string' ? stringErrors(schema, value, path) : []),
    ...(typeof value === 'number' ? numberErrors(schema, value, path) : []),
    ...(Array.isArray(value) ? listErrors(schema, value, path) : []),
    ...(isRecord(value) ? objectErrors(schema, value, path) : []),
    ...combinedErrors(schema, value, path),
  ]
}

function typeError(schema: JsonSchema, value: unknown, path: string): FieldError | undefined {
  if (schema['x-kubernetes-int-or-string']) {
    if (typeof value === 'string' || Number.isInteger(value)) return undefined
    return wrongType(
      path,
      typeOf(value),
      `${path} in body must be of type integer,string: "${typeOf(value)}"`,
    )
  }
  const { type } = schema
  const found = typeOf(value)
  if (type === undefined || type === found || (type === 'number' && found === 'integer')) return undefined
  return wrongType(path, found, `${path} in body must be of type ${type}: "${found}"`)
}

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  return Number.isInteger(value) ? 'integer' : typeof value
}

function enumErrors({ enum: choice }: JsonSchema, value: unknown, path: string): FieldError[] {
  if (!choice || choice.some(one => isDeepStrictEqual(one, value))) return []
  return [unsupported(path, value, choice.map(String))]
}

function stringErrors(
  { minLength, maxLength, pattern }: JsonSchema,
  value: string,
  path: string,
): FieldError[] {
  const errors: FieldError[] = []
  const say = (words: string) => errors.push(invalid(path, value, `${path} in body ${words}`))
  const { length } = [...value]
  if (minLength !== undefined && length < minLength) say(`should be at least ${minLength} chars long`)
  if (maxLength !== undefined && length > maxLength) say(`should be at most ${maxLength} chars long`)
  if (pattern !== undefined && !matches(pattern, value)) say(`should match '${pattern}'`)
  return errors
}

/** A pattern that only Go understands is not looked at. */
function matches(pattern: string, value: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(value)
  } catch {
    return true
  }
}

function numberErrors(schema: JsonSchema, value: number, path: string): FieldError[] {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema
  const errors: FieldError[] = []
  const say = (words: string) => errors.push(invalid(path, value, `${path} in body should be ${words}`))
  if (minimum !== undefined && (exclusiveMinimum ? value <= minimum : value < minimum)) {
    say(exclusiveMinimum ? `greater than ${minimum}` : `greater than or equal to ${minimum}`)
  }
  if (maximum !== undefined && (exclusiveMaximum ? value >= maximum : value > maximum)) {
    say(exclusiveMaximum ? `less than ${maximum}` : `less than or equal to ${maximum}`)
  }
  if (multipleOf !== undefined && !Number.isInteger(value / multipleOf)) say(`a multiple of ${multipleOf}`)
  return errors
}

function listErrors(schema: JsonSchema, value: readonly unknown[], path: string): FieldError[] {
  const { items, minItems, maxItems } = schema
  const errors: FieldError[] = []
  const say = (words: string) =>
    errors.push(invalid(path, value.length, `${path} in body should have ${words}`))
  if (minItems !== undefined && value.length < minItems) say(`at least ${minItems} items`)
  if (maxItems !== undefined && value.length > maxItems) say(`at most ${maxItems} items`)
  const seen = new Set<string>()
  const keys = schema['x-kubernetes-list-map-keys']
  for (const [index, item] of value.entries()) {
    const place = `${path}[${index}]`
    if (items) errors.push(...validateJson(items, item, place))
    if (schema['x-kubernetes-list-type'] !== 'map' && schema['x-kubernetes-list-type'] !== 'set') continue
    const key = keys && isRecord(item) ? Object.fromEntries(keys.map(name => [name, item[name]])) : item
    const text = JSON.stringify(key)
    if (seen.has(text)) errors.push(duplicate(place, key))
    seen.add(text)
  }
  return errors
}

function objectErrors(
  schema: JsonSchema,
  value: Readonly<Record<string, unknown>>,
  path: string,
): FieldError[] {
  const { properties = {}, additionalProperties, required: names = [], minProperties, maxProperties } = schema
  const at = (name: string) => (path === '' ? name : `${path}.${name}`)
  const errors = names.filter(name => value[name] === undefined).map(name => required(at(name)))
  const count = Object.keys(value).length
  if (minProperties !== undefined && count < minProperties) {
    errors.push(invalid(path, count, `${path} in body should have at least ${minProperties} properties`))
  }
  if (maxProperties !== undefined && count > maxProperties) {
    errors.push(invalid(path, count, `${path} in body should have at most ${maxProperties} properties`))
  }
  for (const [name, inner] of Object.entries(value)) {
    const known =
      properties[name] ?? (typeof additionalProperties === 'object' ? additionalProperties : undefined)
    if (known) errors.push(...validateJson(known, inner, at(name)))
  }
  return errors
}

function combinedErrors(
  { allOf, anyOf, oneOf, not }: JsonSchema,
  value: unknown,
  path: string,
): FieldError[] {
  const errorsOf = (schema: JsonSchema) => validateJson(schema, value, path)
  const errors = (allOf ?? []).flatMap(errorsOf)
  const fits = (schema: JsonSchema) => errorsOf(schema).length === 0
  const say = (words: string) => errors.push(invalid(path, value, `"${path}" ${words}`))
  if (anyOf && !anyOf.some(fits)) say('must validate at least one schema (anyOf)')
  if (oneOf && oneOf.filter(fits).length !== 1) say('must validate one and only one schema (oneOf)')
  if (not && fits(not)) say('must not validate the schema (not)')
  return errors
}
