import { createHash } from 'node:crypto'
import type { Kind, Kinds, KindVersion } from '../../schema/kind.ts'
import type { Field, JsonObject, ObjectSchema, ScalarType, Schema } from '../../schema/types.ts'

/** `/openapi/v3`: where the documents of the versions are. A document that changes gets another address. */
export function openApiIndex(kinds: Kinds): object {
  const paths: Record<string, object> = {}
  for (const kind of kinds.all()) {
    for (const { apiVersion } of kind.versions) {
      const path = pathOf(apiVersion)
      const hash = createHash('sha256').update(fingerprint(kinds, apiVersion)).digest('hex').toUpperCase()
      paths[path] = { serverRelativeURL: `/openapi/v3/${path}?hash=${hash}` }
    }
  }
  return { paths }
}

/** `/openapi/v3/apis/apps/v1`: what the kinds of a version look like; undefined: there is no such version. */
export function openApiOf(kinds: Kinds, path: string): object | undefined {
  const document = new Document(3)
  for (const kind of kinds.all()) {
    for (const version of kind.versions) if (pathOf(version.apiVersion) === path) document.add(kind, version)
  }
  if (document.isEmpty) return undefined
  const { paths, schemas } = document
  return { openapi: '3.0.0', info, paths, components: { schemas } }
}

/** `/openapi/v2`: all kinds in one document. */
export function openApiV2(kinds: Kinds): JsonObject {
  const document = new Document(2)
  for (const kind of kinds.all()) for (const version of kind.versions) document.add(kind, version)
  const { paths, schemas } = document
  return { swagger: '2.0', info, paths, definitions: schemas }
}

const info = { title: 'Kubernetes', version: 'v1.32.0' }

function pathOf(apiVersion: string): string {
  return apiVersion.includes('/') ? `apis/${apiVersion}` : `api/${apiVersion}`
}

/** Of what a document is made from: built-in kinds never change. */
function fingerprint(kinds: Kinds, apiVersion: string): string {
  const schemas = kinds
    .all()
    .flatMap(kind => kind.versions.map(version => ({ kind, version })))
    .filter(({ kind, version }) => kind.isCustom && version.apiVersion === apiVersion)
    .map(({ kind, version }) => [kind.kind, version.jsonSchema])
  return JSON.stringify([apiVersion, schemas])
}

const patchTypes = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/apply-patch+yaml',
]
const strategicType = 'application/strategic-merge-patch+json'

/** Collects kinds with the types that they are made of. */
class Document {
  readonly paths: Record<string, object> = {}
  readonly schemas: Record<string, object> = {}
  readonly #version: 2 | 3

  /** @param version of OpenAPI */
  constructor(version: 2 | 3) {
    this.#version = version
  }

  get isEmpty(): boolean {
    return Object.keys(this.paths).length === 0
  }

  add(kind: Kind, version: KindVersion): void {
    const names = { group: kind.group, version: version.name, kind: kind.kind }
    const operation = (action: string) => ({
      'x-kubernetes-action': action,
      'x-kubernetes-group-version-kind': names,
      responses: { 200: { description: 'OK' } },
    })
    const root = `/${pathOf(version.apiVersion)}`
    const place = `${root}${kind.isNamespaced ? '/namespaces/{namespace}' : ''}/${kind.plural}`
    const types = kind.isCustom ? patchTypes : [...patchTypes, strategicType]
    const content = Object.fromEntries(types.map(type => [type, {}]))
    this.paths[`${root}/${kind.plural}`] = { get: operation('list') }
    this.paths[place] = {
      get: operation('list'),
      post: { ...operation('post'), parameters: writeParameters },
    }
    this.paths[`${place}/{name}`] = {
      get: operation('get'),
      put: { ...operation('put'), parameters: writeParameters },
      patch: { ...operation('patch'), parameters: writeParameters, requestBody: { content } },
      delete: operation('delete'),
    }
    const name = version.schema.name ?? customTypeName(kind, version)
    this.schemas[typeName(name)] = {
      ...this.#object(version.schema),
      'x-kubernetes-group-version-kind': [names],
    }
  }

  #reference(schema: ObjectSchema, name: string): object {
    const key = typeName(name)
    if (!this.schemas[key]) {
      // Set at once, as a type may have itself in it.
      this.schemas[key] = {}
      this.schemas[key] = this.#object(schema)
    }
    return { $ref: `#/${this.#version === 2 ? 'definitions' : 'components/schemas'}/${key}` }
  }

  #object({ fields, keepsUnknown, isAtomic }: ObjectSchema): object {
    const required = [...fields].filter(([, field]) => field.isRequired).map(([name]) => name)
    const properties = [...fields].map(([name, field]) => [name, this.#field(field)])
    return {
      type: 'object',
      ...(fields.size > 0 && { properties: Object.fromEntries(properties) }),
      ...(required.length > 0 && { required }),
      ...(isAtomic && { 'x-kubernetes-map-type': 'atomic' }),
      ...(keepsUnknown && { 'x-kubernetes-preserve-unknown-fields': true }),
    }
  }

  #field({ schema, patch }: Field): object {
    const strategies = [patch?.isMerged && 'merge', patch?.retainsKeys && 'retainKeys'].filter(Boolean)
    const traits = {
      ...(strategies.length > 0 && { 'x-kubernetes-patch-strategy': strategies.join(',') }),
      ...(patch?.mergeKey && { 'x-kubernetes-patch-merge-key': patch.mergeKey }),
    }
    const described = this.#schema(schema)
    // Beside a reference of version 3 nothing else counts.
    const isHidden = this.#version === 3 && '$ref' in described && strategies.length > 0
    return { ...(isHidden ? { allOf: [described] } : described), ...traits }
  }

  #schema(schema: Schema): object {
    switch (schema.kind) {
      case 'any':
        // kubectl explain takes an empty schema for none.
        return { 'x-kubernetes-preserve-unknown-fields': true }
      case 'scalar':
        return this.#version === 2
          ? (namedScalars[schema.type] ?? scalars[schema.type])
          : scalars[schema.type]
      case 'list':
        return {
          type: 'array',
          items: this.#schema(schema.items),
          'x-kubernetes-list-type': schema.merge,
          ...(schema.keys.length > 0 && { 'x-kubernetes-list-map-keys': schema.keys }),
        }
      case 'dictionary':
        return { type: 'object', additionalProperties: this.#schema(schema.values) }
      case 'object':
        return schema.name ? this.#reference(schema, schema.name) : this.#object(schema)
      default:
        return schema satisfies never
    }
  }
}

const scalars = {
  string: { type: 'string' },
  bytes: { type: 'string', format: 'byte' },
  integer: { type: 'integer' },
  number: { type: 'number' },
  boolean: { type: 'boolean' },
  quantity: { 'x-kubernetes-int-or-string': true },
  time: { type: 'string', format: 'date-time' },
  'int-or-string': { 'x-kubernetes-int-or-string': true },
} as const

/** Version 2 has no word for one of two types. */
const namedScalars: Partial<Record<ScalarType, object>> = {
  quantity: { type: 'string' },
  'int-or-string': { type: 'string', format: 'int-or-string' },
}

const writeParameters = ['dryRun', 'fieldManager', 'fieldValidation'].map(name => ({
  name,
  in: 'query',
  schema: { type: 'string' },
}))

/** As Kubernetes' own documents name types: `io.k8s.api.apps.v1.Deployment`. */
function typeName(name: string): string {
  if (/^(?:meta|api|runtime|util)\./.test(name)) return `io.k8s.apimachinery.pkg.apis.${name}`
  return /^[\w-]+\.v\d\w*\./.test(name) ? `io.k8s.api.${name}` : name
}

/** `com.example.v1.Widget` */
function customTypeName({ group, kind }: Kind, { name }: KindVersion): string {
  return `${group.split('.').toReversed().join('.')}.${name}.${kind}`
}
