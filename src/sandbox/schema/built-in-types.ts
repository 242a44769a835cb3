import { kubernetesTypes } from './kubernetes-types.ts'
import {
  anySchema,
  type Field,
  type ListSchema,
  type ObjectSchema,
  type ScalarType,
  type Schema,
} from './types.ts'

/**
 * The type of that name, such as `apps.v1.Deployment`. A name that there is not is a bug.
 *
 * Types refer to one another, JSONSchemaProps to itself, so a type's fields are read when they are first asked for.
 */
export function builtInType(name: string): ObjectSchema {
  const type = findBuiltInType(name)
  if (!type) throw new Error(`there is no type ${name}`)
  return type
}

export function findBuiltInType(name: string): ObjectSchema | undefined {
  const known = types.get(name)
  if (known) return known
  blocks ??= readBlocks()
  const block = blocks.get(name)
  if (!block) return undefined
  const type = new LazyType(name, block)
  types.set(name, type)
  return type
}

const types = new Map<string, ObjectSchema>()
let blocks: ReadonlyMap<string, TypeBlock> | undefined

interface TypeBlock {
  readonly isAtomic: boolean
  readonly lines: readonly string[]
}

class LazyType implements ObjectSchema {
  readonly kind = 'object'
  readonly keepsUnknown = false
  readonly name: string
  readonly isAtomic: boolean
  readonly #lines: readonly string[]
  #fields: ReadonlyMap<string, Field> | undefined

  constructor(name: string, { isAtomic, lines }: TypeBlock) {
    this.name = name
    this.isAtomic = isAtomic
    this.#lines = lines
  }

  get fields(): ReadonlyMap<string, Field> {
    this.#fields ??= new Map(this.#lines.map(parseField))
    return this.#fields
  }
}

function readBlocks(): ReadonlyMap<string, TypeBlock> {
  const found = new Map<string, TypeBlock>()
  let lines: string[] = []
  for (const line of kubernetesTypes.split('\n')) {
    if (line.startsWith(' ')) lines.push(line)
    else if (line !== '') {
      const [name = '', atomic] = line.split(' ')
      lines = []
      found.set(name, { isAtomic: atomic !== undefined, lines })
    }
  }
  return found
}

/** ` containers! map:name[core.v1.Container] ~name #2`: name, whether it is required, type, how patches merge it, number. */
function parseField(line: string): [string, Field] {
  const [name = '', word = '', ...traits] = line.trim().split(' ')
  const schema = parseWord(word)
  const merge = traits.find(trait => trait.startsWith('~'))
  const preset = traits.find(trait => trait.startsWith('='))?.slice(1)
  const mergeKey = merge?.slice(1)
  const numbers = traits
    .find(trait => trait.startsWith('#'))
    ?.slice(1)
    .split('.')
    .map(Number)
  const retainsKeys = traits.includes('retain')
  const field: Field = {
    schema,
    isRequired: name.endsWith('!'),
    ...((merge !== undefined || retainsKeys) && {
      patch: { isMerged: merge !== undefined, retainsKeys, ...(mergeKey && { mergeKey }) },
    }),
    ...(numbers && { numbers }),
    ...(preset !== undefined && { preset: schemaType(schema) === 'boolean' ? preset === 'true' : preset }),
  }
  return [name.replace('!', ''), field]
}

function schemaType(schema: Schema): ScalarType | undefined {
  return schema.kind === 'scalar' ? schema.type : undefined
}

function parseWord(word: string): Schema {
  const [, container, inner = ''] = /^([^[]+)\[(.*)\]$/.exec(word) ?? []
  if (container === 'object' || container === 'atomic-object') {
    return { kind: 'dictionary', values: parseWord(inner), isAtomic: container === 'atomic-object' }
  }
  if (container !== undefined) {
    const [list, keys = ''] = container.split(':')
    const merge: ListSchema['merge'] = list === 'map' ? 'map' : list === 'set' ? 'set' : 'atomic'
    return { kind: 'list', items: parseWord(inner), merge, keys: merge === 'map' ? keys.split(',') : [] }
  }
  if (word === 'any' || word === 'object') return anySchema
  return word.includes('.') ? builtInType(word) : { kind: 'scalar', type: word as ScalarType }
}
