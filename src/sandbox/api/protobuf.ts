import { typeNameOf } from '../schema/built-in-kinds.ts'
import { findBuiltInType } from '../schema/built-in-types.ts'
import type { Field, ObjectSchema, ScalarType, Schema } from '../schema/types.ts'

export const protobufType = 'application/vnd.kubernetes.protobuf'

/** What such a body begins with. */
const magic = Buffer.from('k8s\0')
/** Number of a field, and how its value is written. */
const wire = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const

/**
 * Reads an object of a built-in kind as clients of Kubernetes send it in protocol buffers, which newer kubectl does for its
 * `create` commands. Throws on what is none.
 *
 * It is not said whether a text that is empty was given; as with JSON it counts as missing.
 */
export function decodeProtobuf(body: Buffer): Readonly<Record<string, unknown>> {
  if (!body.subarray(0, magic.length).equals(magic))
    throw new Error('the body does not begin as protobuf of Kubernetes does')
  const envelope = [...fieldsOf(body.subarray(magic.length))]
  const names = [...fieldsOf(bytesOf(envelope, 1))]
  const apiVersion = bytesOf(names, 1).toString('utf8')
  const kind = bytesOf(names, 2).toString('utf8')
  const type = findBuiltInType(typeNameOf(apiVersion, kind))
  if (!type) throw new Error(`${kind} of ${apiVersion} is not known`)
  return { apiVersion, kind, ...decodeMessage(numberedFields(type), bytesOf(envelope, 2)) }
}

interface WireField {
  readonly number: number
  /** Of bytes a part of the body, of numbers the number. */
  readonly value: Buffer | bigint
}

function bytesOf(fields: readonly WireField[], number: number): Buffer {
  const value = fields.findLast(field => field.number === number)?.value
  return Buffer.isBuffer(value) ? value : Buffer.alloc(0)
}

function* fieldsOf(bytes: Buffer): Generator<WireField> {
  let offset = 0
  const varint = () => {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes.readUInt8(offset++)
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return BigInt.asIntN(64, value)
    }
  }
  const take = (length: number) => {
    const end = offset + length
    if (end > bytes.length) throw new Error('the body ends too early')
    const taken = bytes.subarray(offset, end)
    offset = end
    return taken
  }
  while (offset < bytes.length) {
    const key = Number(varint())
    const number = key >>> 3
    const form = key & 7
    if (form === wire.varint) yield { number, value: varint() }
    else if (form === wire.bytes) yield { number, value: take(Number(varint())) }
    else if (form === wire.fixed64) yield { number, value: take(8) }
    else if (form === wire.fixed32) yield { number, value: take(4) }
    else throw new Error(`a field is written in the unknown form ${form}`)
  }
}

/** The fields of a message by their numbers; some are within a message that JSON does not have. */
type NumberedFields = Map<number, { readonly name: string; readonly field: Field } | NumberedFields>

const numbered = new WeakMap<ObjectSchema, NumberedFields>()

function numberedFields(type: ObjectSchema): NumberedFields {
  const known = numbered.get(type)
  if (known) return known
  const fields: NumberedFields = new Map()
  for (const [name, field] of type.fields) {
    const [number, inner] = field.numbers ?? []
    if (number === undefined) continue
    if (inner === undefined) fields.set(number, { name, field })
    else {
      const found = fields.get(number)
      const nested: NumberedFields = found instanceof Map ? found : new Map()
      fields.set(number, nested.set(inner, { name, field }))
    }
  }
  numbered.set(type, fields)
  return fields
}

function decodeMessage(fields: NumberedFields, bytes: Buffer): Record<string, unknown> {
  const object: Record<string, unknown> = {}
  for (const { number, value } of fieldsOf(bytes)) {
    const known = fields.get(number)
    if (!known) continue
    if (known instanceof Map) {
      if (Buffer.isBuffer(value)) Object.assign(object, decodeMessage(known, value))
      continue
    }
    const { name, field } = known
    const decoded = decodeValue(field.schema, value, object[name])
    if (decoded !== undefined && decoded !== '') object[name] = decoded
  }
  return object
}

/** @param before what the field has already: lists and dictionaries come piece by piece */
function decodeValue(schema: Schema, value: Buffer | bigint, before: unknown): unknown {
  switch (schema.kind) {
    case 'list': {
      const items = Array.isArray(before) ? before : []
      items.push(decodeValue(schema.items, value, undefined))
      return items
    }
    case 'dictionary': {
      const entry = [...fieldsOf(asBytes(value))]
      const key = bytesOf(entry, 1).toString('utf8')
      const inner = entry.find(({ number }) => number === 2)?.value ?? Buffer.alloc(0)
      if (key === '__proto__') throw new Error('the key "__proto__" is not taken by the sandbox')
      return Object.assign(before ?? {}, { [key]: decodeValue(schema.values, inner, undefined) })
    }
    case 'object':
      return decodeMessage(numberedFields(schema), asBytes(value))
    case 'any':
      // Of everything that is free only its JSON is sent.
      return JSON.parse(bytesOf([...fieldsOf(asBytes(value))], 1).toString('utf8') || 'null')
    case 'scalar':
      return decodeScalar(schema.type, value)
    default:
      return schema satisfies never
  }
}

function asBytes(value: Buffer | bigint): Buffer {
  if (Buffer.isBuffer(value)) return value
  throw new Error('a number stands where there is to be a message')
}

function decodeScalar(type: ScalarType, value: Buffer | bigint): unknown {
  switch (type) {
    case 'string':
      return asBytes(value).toString('utf8')
    case 'bytes':
      return asBytes(value).toString('base64')
    case 'boolean':
      return value !== 0n
    case 'integer':
      return Number(value)
    case 'number':
      return Buffer.isBuffer(value) ? value.readDoubleLE() : Number(value)
    case 'quantity':
      return bytesOf([...fieldsOf(asBytes(value))], 1).toString('utf8')
    case 'time':
      return decodeTime(asBytes(value))
    case 'int-or-string': {
      const fields = [...fieldsOf(asBytes(value))]
      const isText = numberOf(fields, 1) === 1
      return isText ? bytesOf(fields, 3).toString('utf8') : numberOf(fields, 2)
    }
    default:
      return type satisfies never
  }
}

function numberOf(fields: readonly WireField[], number: number): number {
  const value = fields.findLast(field => field.number === number)?.value
  return typeof value === 'bigint' ? Number(value) : 0
}

/** A time that nobody has set is an empty message. */
function decodeTime(bytes: Buffer): string | undefined {
  const fields = [...fieldsOf(bytes)]
  const seconds = numberOf(fields, 1)
  if (fields.length === 0 || seconds <= 0) return undefined
  const nanos = numberOf(fields, 2)
  const text = new Date(seconds * 1_000).toISOString().slice(0, 19)
  return nanos === 0 ? `${text}Z` : `${text}.${String(Math.floor(nanos / 1_000)).padStart(6, '0')}Z`
}
