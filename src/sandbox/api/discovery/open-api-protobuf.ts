import { isRecord } from '../../../util/is-record.ts'
import type { JsonObject } from '../../schema/types.ts'

export const openApiProtobufType = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf'

/**
 * An OpenAPI v2 document in protocol buffers (`openapi.v2.Document` of gnostic), which kubectl before 1.30 asks for and takes
 * nothing else. Only the definitions are in it: it reads no more.
 *
 * @param document as JSON has it
 */
export function encodeOpenApi({ swagger, info, definitions }: JsonObject): Buffer {
  const { title, version } = isRecord(info) ? info : {}
  return Buffer.concat([
    text(1, swagger),
    message(2, text(1, title), text(2, version)),
    message(9, ...namedSchemas(definitions)),
  ])
}

/** Numbers of the fields of `openapi.v2.Schema`. */
const numbers = {
  reference: 1,
  format: 2,
  required: 19,
  additionalProperties: 21,
  type: 22,
  items: 23,
  properties: 25,
  extension: 31,
} as const

function namedSchemas(schemas: unknown): Buffer[] {
  if (!isRecord(schemas)) return []
  return Object.entries(schemas).map(([name, schema]) =>
    message(1, text(1, name), message(2, ...schemaParts(schema))),
  )
}

function schemaParts(schema: unknown): Buffer[] {
  if (!isRecord(schema)) return []
  const { $ref, format, required, additionalProperties, type, items, properties } = schema
  const extensions = Object.entries(schema).filter(([name]) => name.startsWith('x-'))
  return [
    text(numbers.reference, $ref),
    text(numbers.format, format),
    ...(Array.isArray(required) ? required.map(name => text(numbers.required, name)) : []),
    ...(additionalProperties === undefined
      ? []
      : [message(numbers.additionalProperties, message(1, ...schemaParts(additionalProperties)))]),
    ...(type === undefined ? [] : [message(numbers.type, text(1, type))]),
    ...(items === undefined ? [] : [message(numbers.items, message(1, ...schemaParts(items)))]),
    ...(properties === undefined ? [] : [message(numbers.properties, ...namedSchemas(properties))]),
    // Their values are YAML, which JSON is, too.
    ...extensions.map(([name, value]) =>
      message(numbers.extension, text(1, name), message(2, text(2, yamlOf(value)))),
    ),
  ]
}

function yamlOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function text(number: number, value: unknown): Buffer {
  return typeof value === 'string' ? bytes(number, Buffer.from(value)) : Buffer.alloc(0)
}

function message(number: number, ...parts: readonly Buffer[]): Buffer {
  return bytes(number, Buffer.concat(parts))
}

/** A field whose value has a length. */
function bytes(number: number, content: Buffer): Buffer {
  return Buffer.concat([varint((number << 3) | 2), varint(content.length), content])
}

function varint(value: number): Buffer {
  const written: number[] = []
  let rest = value
  for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) written.push((rest % 0x80) + 0x80)
  return Buffer.from([...written, rest])
}
