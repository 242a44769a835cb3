import { isRecord } from '../../util/is-record.ts'
import { itemKey, type ListSchema, type ObjectSchema, type ScalarType, type Schema } from './types.ts'

/** How an object differs from what its kind may look like. */
export interface SchemaCheck {
  /** The object without the fields that are unknown, and without nulls. */
  readonly pruned: unknown
  /** Paths: `spec.template.spec.containers[0].imag`. */
  readonly unknown: readonly string[]
  readonly mismatches: readonly Mismatch[]
  /** Items of a list that have the key of another one. */
  readonly duplicates: readonly Duplicate[]
}

export interface Duplicate {
  readonly path: string
  /** As messages name it: `[name="A"]`. */
  readonly key: string
}

export interface Mismatch {
  readonly path: string
  /** What is there: `string`, `number`, `list`… */
  readonly found: string
  readonly expected: string
  /** What else is to be said. */
  readonly detail?: string
}

/** Compares a value with its schema, all of it at once. */
export function check(schema: ObjectSchema, value: unknown): SchemaCheck {
  const unknown: string[] = []
  const mismatches: Mismatch[] = []
  const duplicates: Duplicate[] = []
  const pruned = walk(schema, value, '')
  return { pruned, unknown, mismatches, duplicates }

  function walk(at: Schema, found: unknown, path: string): unknown {
    if (found === null || found === undefined || at.kind === 'any') return found
    if (at.kind === 'scalar') {
      if (!fits(at.type, found)) differ(path, found, expectedWords[at.type])
      else if (at.type === 'bytes' && !isBase64(String(found))) {
        mismatches.push({ path, found: 'string', expected: '[]byte', detail: 'illegal base64 data' })
      }
      return found
    }
    if (at.kind === 'list') {
      if (!Array.isArray(found)) return differ(path, found, 'list')
      for (const key of repeatedKeys(at, found)) duplicates.push({ path, key })
      return found.map((item, index) => walk(at.items, item, `${path}[${index}]`))
    }
    if (!isRecord(found)) return differ(path, found, 'map')
    const kept: Record<string, unknown> = {}
    for (const [field, inner] of Object.entries(found)) {
      const place = path === '' ? field : `${path}.${field}`
      const known = at.kind === 'dictionary' ? at.values : at.fields.get(field)?.schema
      if (known) kept[field] = walk(known, inner, place)
      else if (at.kind === 'object' && at.keepsUnknown) kept[field] = inner
      else unknown.push(place)
    }
    return kept
  }

  function differ(path: string, found: unknown, expected: string): unknown {
    mismatches.push({ path, found: typeName(found), expected })
    return found
  }
}

function repeatedKeys(list: ListSchema, items: readonly unknown[]): string[] {
  if (list.merge === 'atomic') return []
  const seen = new Set<string>()
  return items.flatMap(item => {
    const key = keyText(list, item)
    const isRepeated = seen.has(key)
    seen.add(key)
    return isRepeated ? [key] : []
  })
}

function keyText(list: ListSchema, item: unknown): string {
  if (list.merge === 'set') return `[=${JSON.stringify(item)}]`
  const key = Object.entries(itemKey(list, item))
  return `[${key.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(',')}]`
}

/** In the words of server-side apply. */
const expectedWords: Readonly<Record<ScalarType, string>> = {
  string: 'string',
  bytes: 'string',
  time: 'string',
  quantity: 'string',
  integer: 'numeric (int or float)',
  number: 'numeric (int or float)',
  boolean: 'boolean',
  'int-or-string': 'string',
}

function fits(type: ScalarType, value: unknown): boolean {
  switch (type) {
    case 'string':
    case 'bytes':
    case 'time':
      return typeof value === 'string'
    case 'quantity':
    case 'int-or-string':
      return typeof value === 'string' || typeof value === 'number'
    case 'integer':
      return Number.isInteger(value)
    case 'number':
      return typeof value === 'number'
    case 'boolean':
      return typeof value === 'boolean'
    default:
      return type satisfies never
  }
}

function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/\n]*={0,2}$/.test(text)
}

function typeName(value: unknown): string {
  if (Array.isArray(value)) return 'list'
  if (typeof value === 'boolean') return 'bool'
  return typeof value === 'object' ? 'map' : typeof value
}
