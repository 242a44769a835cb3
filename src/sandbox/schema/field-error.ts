import { isRecord } from '../../util/is-record.ts'

/** What is wrong with one field, in the words of Kubernetes' `field.Error`. */
export interface FieldError {
  readonly reason:
    | 'FieldValueRequired'
    | 'FieldValueInvalid'
    | 'FieldValueNotSupported'
    | 'FieldValueForbidden'
    | 'FieldValueDuplicate'
    | 'FieldValueNotFound'
    | 'FieldValueTypeInvalid'
    | 'FieldValueTooLong'
  readonly field: string
  /** Without the field. */
  readonly message: string
}

export function required(field: string, detail = ''): FieldError {
  return { reason: 'FieldValueRequired', field, message: withDetail('Required value', detail) }
}

export function invalid(field: string, value: unknown, detail: string): FieldError {
  return { reason: 'FieldValueInvalid', field, message: `Invalid value: ${show(value)}: ${detail}` }
}

export function unsupported(field: string, value: unknown, supported: readonly string[]): FieldError {
  const choice = supported.map(one => `"${one}"`).join(', ')
  return {
    reason: 'FieldValueNotSupported',
    field,
    message: `Unsupported value: ${show(value)}: supported values: ${choice}`,
  }
}

export function forbidden(field: string, detail: string): FieldError {
  return { reason: 'FieldValueForbidden', field, message: `Forbidden: ${detail}` }
}

export function duplicate(field: string, value: unknown): FieldError {
  return { reason: 'FieldValueDuplicate', field, message: `Duplicate value: ${show(value)}` }
}

export function notFound(field: string, value: unknown): FieldError {
  return { reason: 'FieldValueNotFound', field, message: `Not found: ${show(value)}` }
}

export function wrongType(field: string, value: unknown, detail: string): FieldError {
  return { reason: 'FieldValueTypeInvalid', field, message: `Invalid value: ${show(value)}: ${detail}` }
}

export function tooLong(field: string, maxBytes: number): FieldError {
  return { reason: 'FieldValueTooLong', field, message: `Too long: must have at most ${maxBytes} bytes` }
}

function withDetail(words: string, detail: string): string {
  return detail === '' ? words : `${words}: ${detail}`
}

/** As the API server writes values: texts and numbers as they are, maps and lists in Go's words. */
function show(value: unknown): string {
  if (value === undefined) return 'null'
  const isTexts = (values: readonly unknown[]) => values.every(one => typeof one === 'string')
  if (Array.isArray(value) && isTexts(value))
    return `[]string{${value.map(one => JSON.stringify(one)).join(', ')}}`
  if (isRecord(value) && isTexts(Object.values(value))) {
    const entries = Object.entries(value).map(([key, one]) => `${JSON.stringify(key)}:${JSON.stringify(one)}`)
    return `map[string]string{${entries.join(', ')}}`
  }
  return JSON.stringify(value)
}
