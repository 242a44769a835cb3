import { type Draft, peek } from '../draft.ts'
import { type FieldError, invalid } from '../field-error.ts'

const keyPattern = /^[-._a-zA-Z0-9]+$/
const keyWords =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"
const maxKeyLength = 253

/** Of a ConfigMap or a Secret: keys become the names of files. */
export function validateData(object: Draft): FieldError[] {
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
