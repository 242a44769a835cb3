import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'yaml'
import { builtInKinds, otherTypes } from './built-in-kinds.ts'

/**
 * Writes `kubernetes-types.ts`, by hand when a newer Kubernetes is to be followed:
 *
 *     node src/sandbox/schema/generate.ts <internal.go> <swagger.json> <generated.proto>...
 *
 * The first one is `applyconfigurations/internal/internal.go` of client-go, the schema by which server-side apply merges; the
 * second an OpenAPI v2 document of the API server, which tells what is required, and how strategic merge patches merge; the
 * others, of all groups, have the numbers that fields have in protocol buffers. They are in Debian's source packages
 * golang-k8s-client-go, kubernetes, golang-k8s-api and golang-k8s-apimachinery.
 */
const [goFile = '', openApiFile = '', ...protoFiles] = process.argv.slice(2)

interface MergeType {
  readonly namedType?: string
  readonly scalar?: string
  readonly elementRelationship?: string
  readonly list?: {
    readonly elementType: MergeType
    readonly elementRelationship: string
    readonly keys?: string[]
  }
  readonly map?: MergeMap
}

interface MergeMap {
  readonly fields?: { readonly name: string; readonly type: MergeType; readonly default?: unknown }[]
  readonly elementType?: MergeType
  readonly elementRelationship?: string
}

interface OpenApiSchema {
  readonly $ref?: string
  readonly type?: string
  readonly format?: string
  readonly properties?: Readonly<Record<string, OpenApiSchema>>
  readonly additionalProperties?: OpenApiSchema
  readonly items?: OpenApiSchema
  readonly required?: readonly string[]
  readonly 'x-kubernetes-list-type'?: string
  readonly 'x-kubernetes-list-map-keys'?: readonly string[]
  readonly 'x-kubernetes-map-type'?: string
  readonly 'x-kubernetes-patch-strategy'?: string
  readonly 'x-kubernetes-patch-merge-key'?: string
}

const scalars: Readonly<Record<string, string>> = {
  'api.resource.Quantity': 'quantity',
  'meta.v1.Time': 'time',
  'meta.v1.MicroTime': 'time',
  'meta.v1.FieldsV1': 'any',
  'runtime.RawExtension': 'any',
  'util.intstr.IntOrString': 'int-or-string',
  'apiextensions.v1.JSON': 'any',
  'apiextensions.v1.JSONSchemaPropsOrArray': 'any',
  'apiextensions.v1.JSONSchemaPropsOrBool': 'any',
  'apiextensions.v1.JSONSchemaPropsOrStringArray': 'any',
  __untyped_atomic_: 'any',
  __untyped_deduced_: 'any',
}

const mergeTypes = new Map<string, MergeType>()
const [, yaml = ''] = readFileSync(goFile, 'utf8').split('`')
for (const type of (parse(yaml) as { types: (MergeType & { name: string })[] }).types) {
  mergeTypes.set(shortName(type.name), type)
}
const definitions = new Map(
  Object.entries(
    (JSON.parse(readFileSync(openApiFile, 'utf8')) as { definitions: Record<string, OpenApiSchema> })
      .definitions,
  ).map(([name, schema]) => [shortName(name), schema]),
)

/** Of each message the fields, by their names. */
const messages = new Map<string, ReadonlyMap<string, { readonly number: string; readonly type: string }>>()
for (const file of protoFiles) readMessages(readFileSync(file, 'utf8'))

const written = new Map<string, string>()
for (const kind of builtInKinds) for (const { type } of kind.versions) write(type)
for (const type of otherTypes) write(type)
const text = [...written]
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([, lines]) => lines)
  .join('')
writeFileSync(
  path.join(import.meta.dirname, 'kubernetes-types.ts'),
  `/** Written by \`generate.ts\` from the schemas of Kubernetes 1.32, and read by \`built-in-types.ts\`. */\nexport const kubernetesTypes = \`\n${text}\`\n`,
)

/** `apps.v1.DeploymentSpec` */
function shortName(name: string): string {
  return name.replace(/^io\.k8s\.(?:api\.|.*\.pkg\.apis\.|.*\.pkg\.)/, '').replace(/^\.+/, '')
}

function write(name: string): void {
  if (written.has(name)) return
  const merge = mergeTypes.get(name)
  const openApi = definitions.get(name)
  if (!merge && !openApi) throw new Error(`${name} is in neither file`)
  written.set(name, '')
  const all = merge?.map ? mergeFields(merge.map, openApi) : openApiFields(openApi ?? {})
  const numbers = numbersOf(name)
  const lines = all.map(one => {
    const number = numbers.get(one.split(/[! ]/, 1)[0] ?? '')
    return number === undefined ? one : `${one} #${number}`
  })
  const isAtomic = merge?.map
    ? merge.map.elementRelationship === 'atomic'
    : openApi?.['x-kubernetes-map-type'] === 'atomic'
  written.set(name, `${name}${isAtomic ? ' atomic' : ''}\n${lines.map(line => ` ${line}\n`).join('')}`)
}

function mergeFields(map: MergeMap, openApi: OpenApiSchema | undefined): string[] {
  return (map.fields ?? []).map(({ name, type, default: preset }) => {
    const described = openApi?.properties?.[name]
    const isKeyPreset = preset !== undefined && preset !== '' && typeof preset !== 'object' && preset !== 0
    return line(name, mergeWord(type, described), openApi, isKeyPreset ? ` =${String(preset)}` : '')
  })
}

function openApiFields({ properties = {}, required }: OpenApiSchema): string[] {
  return Object.entries(properties).map(([name, schema]) =>
    line(name, openApiWord(schema), { properties, ...(required && { required }) }, ''),
  )
}

function line(name: string, word: string, openApi: OpenApiSchema | undefined, preset: string): string {
  const described = openApi?.properties?.[name]
  const strategies = described?.['x-kubernetes-patch-strategy']?.split(',') ?? []
  const merge = strategies.includes('merge') ? ` ~${described?.['x-kubernetes-patch-merge-key'] ?? ''}` : ''
  const retain = strategies.includes('retainKeys') ? ' retain' : ''
  return `${name}${openApi?.required?.includes(name) ? '!' : ''} ${word}${merge}${retain}${preset}`
}

function mergeWord(type: MergeType, described?: OpenApiSchema): string {
  if (type.namedType) return named(shortName(type.namedType))
  if (type.list) {
    const { elementType, elementRelationship, keys } = type.list
    const list = elementRelationship === 'atomic' ? 'list' : keys ? `map:${keys.join(',')}` : 'set'
    return `${list}[${mergeWord(elementType, described?.items)}]`
  }
  if (type.map) {
    const { elementType, elementRelationship } = type.map
    const object = elementRelationship === 'atomic' ? 'atomic-object' : 'object'
    return elementType ? `${object}[${mergeWord(elementType, described?.additionalProperties)}]` : object
  }
  if (type.scalar === 'numeric')
    return described?.type === 'number' || described?.format === 'double' ? 'number' : 'integer'
  if (described?.format === 'byte') return 'bytes'
  return type.scalar === 'untyped' ? 'any' : (type.scalar ?? 'any')
}

function openApiWord(schema: OpenApiSchema): string {
  if (schema.$ref) return named(shortName(schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1)))
  if (schema.items) {
    const keys = schema['x-kubernetes-list-map-keys']
    const type = schema['x-kubernetes-list-type']
    const list = type === 'map' ? `map:${keys?.join(',')}` : type === 'set' ? 'set' : 'list'
    return `${list}[${openApiWord(schema.items)}]`
  }
  if (schema.additionalProperties) {
    const object = schema['x-kubernetes-map-type'] === 'atomic' ? 'atomic-object' : 'object'
    return `${object}[${openApiWord(schema.additionalProperties)}]`
  }
  if (schema.format === 'byte') return 'bytes'
  return schema.type === 'object' ? 'any' : (schema.type ?? 'any')
}

function readMessages(text: string): void {
  const [, path = ''] = /^package (.+);$/m.exec(text) ?? []
  for (const [, name = '', body = ''] of text.matchAll(/^message (\w+) \{\n([\s\S]*?)^\}/gm)) {
    const fields = new Map<string, { number: string; type: string }>()
    for (const [, type = '', field = '', number = ''] of body.matchAll(
      /^ {2}(?:optional |repeated )?(map<[^>]+>|[\w.]+) (\w+) = (\d+);$/gm,
    )) {
      fields.set(field, { number, type: type.startsWith('.') ? type.slice(1) : `${path}.${type}` })
    }
    messages.set(shortName(`io.${path}.${name}`.replace(/^io\.k8s\.io/, 'io.k8s')), fields)
  }
}

/** The numbers of a type's fields; those that are in another message of the same object come behind its own: `2.1`. */
function numbersOf(name: string): ReadonlyMap<string, string> {
  const numbers = new Map<string, string>()
  const properties = new Set([
    ...(mergeTypes.get(name)?.map?.fields ?? []).map(field => field.name),
    ...Object.keys(definitions.get(name)?.properties ?? {}),
  ])
  for (const [field, { number, type }] of messages.get(name) ?? []) {
    if (properties.has(field)) numbers.set(field, number)
    else {
      const inner = messages.get(shortName(`io.${type}`.replace(/^io\.k8s\.io/, 'io.k8s')))
      for (const [deeper, { number: own }] of inner ?? []) {
        if (properties.has(deeper)) numbers.set(deeper, `${number}.${own}`)
      }
    }
  }
  return numbers
}

function named(name: string): string {
  const scalar = scalars[name]
  if (scalar) return scalar
  const { type } = definitions.get(name) ?? {}
  if (!mergeTypes.get(name)?.map && type !== undefined && type !== 'object') return type
  write(name)
  return name
}
