import { type Draft, peek } from '../draft.ts'
import { type FieldError, invalid, tooLong } from '../field-error.ts'

const keyPattern = /^[-._a-zA-Z0-9]+$/
const keyWords =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"
const maxKeyLength = 253
const maxBytes = 1024 * 1024

export function validateConfigMap(object: Draft): FieldError[] {
  return [...keyErrors(object), ...(sizeOf(object) > maxBytes ? [tooLong('', maxBytes)] : [])]
}

export function validateSecret(object: Draft): FieldError[] {
  return [...keyErrors(object), ...(sizeOf(object) > maxBytes ? [tooLong('data', maxBytes)] : [])]
}

/** Bytes of all values: what is written in base64 counts as what it stands for. */
function sizeOf(object: Draft): number {
  const sizes = (field: string, encoding: 'utf8' | 'base64') =>
    Object.values(peek(object, field)).map(value => Buffer.byteLength(String(value), encoding))
  const isSecret = object.kind === 'Secret'
  const all = [...sizes('data', isSecret ? 'base64' : 'utf8'), ...sizes('binaryData', 'base64')]
  return all.reduce((sum, size) => sum + size, 0)
}

/** Keys become the names of files. */
function keyErrors(object: Draft): FieldError[] {
  return ['data', 'binaryData'].flatMap(field =>
    Object.keys(peek(object, field)).flatMap(key => {
      if (key.length > maxKeyLength) {
        return [invalid(`${field}[${key}]`, key, `must be no more than ${maxKeyLength} characters`)]
      }
      const isWrong = !keyPattern.test(key) || key === '.' || key.startsWith('..')
      return isWrong ? [invalid(`${field}[${key}]`, key, keyWords)] : []
    }),
  )
}
