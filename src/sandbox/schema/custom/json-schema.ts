import { builtInType } from '../built-in-types.ts'
import { anySchema, type Field, type ObjectSchema, type ScalarType, type Schema } from '../types.ts'

/** A schema as CustomResourceDefinitions have it: OpenAPI v3, structural. */
export interface JsonSchema {
  readonly type?: string
  readonly format?: string
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly additionalProperties?: JsonSchema | boolean
  readonly items?: JsonSchema
  readonly required?: readonly string[]
  readonly enum?: readonly unknown[]
  readonly default?: unknown
  readonly nullable?: boolean
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: boolean
  readonly exclusiveMaximum?: boolean
  readonly multipleOf?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly pattern?: string
  readonly minItems?: number
  readonly maxItems?: number
  readonly uniqueItems?: boolean
  readonly minProperties?: number
  readonly maxProperties?: number
  readonly allOf?: readonly JsonSchema[]
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  readonly not?: JsonSchema
  readonly 'x-kubernetes-int-or-string'?: boolean
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean
  readonly 'x-kubernetes-embedded-resource'?: boolean
  readonly 'x-kubernetes-list-type'?: 'atomic' | 'set' | 'map'
  readonly 'x-kubernetes-list-map-keys'?: readonly string[]
  readonly 'x-kubernetes-map-type'?: 'granular' | 'atomic'
}

/** What whole objects of a custom kind look like: metadata is that of every object. */
export function customObjectSchema(root: JsonSchema | undefined): ObjectSchema {
  const inner = root ? schemaOf(root) : anySchema
  const fields = new Map<string, Field>(inner.kind === 'object' ? inner.fields : [])
  fields.set('apiVersion', { schema: text, isRequired: false })
  fields.set('kind', { schema: text, isRequired: false })
  fields.set('metadata', { schema: builtInType('meta.v1.ObjectMeta'), isRequired: false })
  const keepsUnknown = inner.kind === 'any' || (inner.kind === 'object' && inner.keepsUnknown)
  return { kind: 'object', fields, isAtomic: false, keepsUnknown }
}

const text: Schema = { kind: 'scalar', type: 'string' }

function schemaOf(json: JsonSchema): Schema {
  if (json['x-kubernetes-int-or-string']) return { kind: 'scalar', type: 'int-or-string' }
  if (json.type === 'array') return listSchema(json)
  if (json.type === 'object' || json.properties) return objectSchema(json)
  return isScalar(json.type) ? { kind: 'scalar', type: json.type } : anySchema
}

function isScalar(type: string | undefined): type is ScalarType {
  return type === 'string' || type === 'integer' || type === 'number' || type === 'boolean'
}

function listSchema(json: JsonSchema): Schema {
  return {
    kind: 'list',
    items: json.items ? schemaOf(json.items) : anySchema,
    merge: json['x-kubernetes-list-type'] ?? 'atomic',
    keys: json['x-kubernetes-list-map-keys'] ?? [],
  }
}

function objectSchema(json: JsonSchema): Schema {
  const { properties = {}, additionalProperties, required = [] } = json
  const isAtomic = json['x-kubernetes-map-type'] === 'atomic'
  const isEmbedded = json['x-kubernetes-embedded-resource'] === true
  const keepsUnknown = json['x-kubernetes-preserve-unknown-fields'] === true
  if (additionalProperties && Object.keys(properties).length === 0) {
    const values = additionalProperties === true ? anySchema : schemaOf(additionalProperties)
    return { kind: 'dictionary', values, isAtomic }
  }
  const fields = new Map<string, Field>(
    Object.entries(properties).map(([name, inner]) => [
      name,
      {
        schema: schemaOf(inner),
        isRequired: required.includes(name),
        ...(inner.default !== undefined && { preset: inner.default }),
      },
    ]),
  )
  if (isEmbedded) {
    fields.set('apiVersion', { schema: text, isRequired: true })
    fields.set('kind', { schema: text, isRequired: true })
    fields.set('metadata', { schema: builtInType('meta.v1.ObjectMeta'), isRequired: false })
  }
  return { kind: 'object', fields, isAtomic, keepsUnknown }
}
