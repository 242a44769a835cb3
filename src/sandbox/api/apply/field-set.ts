import { isRecord } from '../../../util/is-record.ts'
import { itemKey, type ListSchema, type ObjectSchema, type Schema } from '../../schema/types.ts'

/**
 * Fields of an object, as a tree. An edge is named as in `fieldsV1`: `f:replicas` is a field, `k:{"name":"web"}` the item of a
 * list with that key, `v:"text"` a scalar in a list.
 */
export interface FieldSet {
  /** The place itself is in the set. Else only what is below it. */
  readonly isMember: boolean
  readonly children: ReadonlyMap<string, FieldSet>
}

export const emptySet: FieldSet = { isMember: false, children: new Map() }
export const memberOnly: FieldSet = { isMember: true, children: new Map() }

export function isEmpty(set: FieldSet): boolean {
  return !set.isMember && set.children.size === 0
}

/** All fields that a value sets. */
export function fieldSetOf(schema: Schema, value: unknown): FieldSet {
  if (value === null || isLeaf(schema)) return memberOnly
  if (schema.kind === 'list') {
    if (!Array.isArray(value)) return memberOnly
    const children = new Map<string, FieldSet>()
    for (const item of value) {
      children.set(elementOf(schema, item), { ...fieldSetOf(schema.items, item), isMember: true })
    }
    return { isMember: false, children }
  }
  if (!isRecord(value) || Object.keys(value).length === 0) return memberOnly
  const children = new Map<string, FieldSet>()
  for (const [name, inner] of Object.entries(value)) {
    if (inner === undefined) continue
    const set = fieldSetOf(fieldSchema(schema, name), inner)
    const child = schema.kind === 'dictionary' ? { ...set, isMember: true } : set
    if (!isEmpty(child)) children.set(`f:${name}`, child)
  }
  return { isMember: false, children }
}

/** Whether changes of a value count as changes of the whole. */
export function isLeaf(schema: Schema): boolean {
  switch (schema.kind) {
    case 'scalar':
    case 'any':
      return true
    case 'list':
      return schema.merge === 'atomic'
    case 'dictionary':
    case 'object':
      return schema.isAtomic
    default:
      return schema satisfies never
  }
}

/** The schema of a field; of one that is kept though it is unknown, any. */
export function fieldSchema(schema: Schema, name: string): Schema {
  if (schema.kind === 'dictionary') return schema.values
  return (schema as ObjectSchema).fields?.get(name)?.schema ?? { kind: 'any' }
}

/** How an item of a list is known among the others. */
export function elementOf(list: ListSchema, item: unknown): string {
  return list.merge === 'set' ? `v:${JSON.stringify(item)}` : `k:${JSON.stringify(itemKey(list, item))}`
}

export function union(a: FieldSet, b: FieldSet): FieldSet {
  const children = new Map(a.children)
  for (const [element, set] of b.children) {
    const found = children.get(element)
    children.set(element, found ? union(found, set) : set)
  }
  return { isMember: a.isMember || b.isMember, children }
}

export function difference(a: FieldSet, b: FieldSet): FieldSet {
  const children = new Map<string, FieldSet>()
  for (const [element, set] of a.children) {
    const other = b.children.get(element)
    const rest = other ? difference(set, other) : set
    if (!isEmpty(rest)) children.set(element, rest)
  }
  return { isMember: a.isMember && !b.isMember, children }
}

export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  const children = new Map<string, FieldSet>()
  for (const [element, set] of a.children) {
    const other = b.children.get(element)
    const both = other ? intersection(set, other) : emptySet
    if (!isEmpty(both)) children.set(element, both)
  }
  return { isMember: a.isMember && b.isMember, children }
}

/** The paths of all members, as errors name them: `.spec.ports[port=80,protocol="TCP"].targetPort`. */
export function pathsOf(set: FieldSet, prefix = ''): string[] {
  const below = [...set.children]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([element, inner]) => pathsOf(inner, prefix + pathWord(element)))
  return set.isMember ? [prefix, ...below] : below
}

function pathWord(element: string): string {
  const text = element.slice(2)
  if (element.startsWith('f:')) return `.${text}`
  if (element.startsWith('v:')) return `[=${text}]`
  const key = JSON.parse(text) as Record<string, unknown>
  const words = Object.entries(key).map(([name, value]) => `${name}=${JSON.stringify(value)}`)
  return `[${words.join(',')}]`
}

/** As it stands in `fieldsV1`. */
export function toFieldsV1(set: FieldSet): Record<string, unknown> {
  const fields: Record<string, unknown> = {}
  if (set.isMember && set.children.size > 0) fields['.'] = {}
  for (const [element, inner] of [...set.children].sort(([a], [b]) => (a < b ? -1 : 1))) {
    fields[element] = toFieldsV1(inner)
  }
  return fields
}

export function fromFieldsV1(fields: unknown): FieldSet {
  return { ...readFields(fields), isMember: false }
}

function readFields(fields: unknown): FieldSet {
  if (!isRecord(fields)) return memberOnly
  const children = new Map<string, FieldSet>()
  for (const [element, inner] of Object.entries(fields)) {
    if (element !== '.') children.set(element, readFields(inner))
  }
  return { isMember: '.' in fields || children.size === 0, children }
}
