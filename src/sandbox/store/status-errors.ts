import type { FieldError } from '../schema/field-error.ts'
import type { Kind } from '../schema/kind.ts'
import type { StatusError } from './object-store.ts'

/** Only of a kind what errors name. */
type NamedKind = Pick<Kind, 'group' | 'kind' | 'plural' | 'resource'>

export function notFound(kind: NamedKind, name: string): StatusError {
  return {
    code: 404,
    reason: 'NotFound',
    message: `${kind.resource} "${name}" not found`,
    details: detailsOf(kind, name),
  }
}

export function alreadyExists(kind: NamedKind, name: string): StatusError {
  return {
    code: 409,
    reason: 'AlreadyExists',
    message: `${kind.resource} "${name}" already exists`,
    details: detailsOf(kind, name),
  }
}

export function conflict(kind: NamedKind, name: string, why: string): StatusError {
  return {
    code: 409,
    reason: 'Conflict',
    message: `Operation cannot be fulfilled on ${kind.resource} "${name}": ${why}`,
    details: detailsOf(kind, name),
  }
}

/** Another writer was there first. */
export function modified(kind: NamedKind, name: string): StatusError {
  return conflict(
    kind,
    name,
    'the object has been modified; please apply your changes to the latest version and try again',
  )
}

export function forbidden(kind: NamedKind, name: string, why: string): StatusError {
  return {
    code: 403,
    reason: 'Forbidden',
    message: `${kind.resource} ${name === '' ? 'is' : `"${name}" is`} forbidden: ${why}`,
    details: detailsOf(kind, name),
  }
}

export function invalid(kind: NamedKind, name: string, errors: readonly FieldError[]): StatusError {
  const group = kind.group === '' ? '' : `.${kind.group}`
  const texts = errors.map(({ field, message }) => `${field}: ${message}`)
  const all = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`
  return {
    code: 422,
    reason: 'Invalid',
    message: `${kind.kind}${group} "${name}" is invalid: ${all}`,
    details: { ...detailsOf(kind, name), kind: kind.kind, causes: errors },
  }
}

export function badRequest(message: string): StatusError {
  return { code: 400, reason: 'BadRequest', message }
}

function detailsOf({ group, plural }: NamedKind, name: string): Record<string, unknown> {
  return { ...(name !== '' && { name }), ...(group !== '' && { group }), kind: plural }
}
