/**
 * How a value differs from an earlier one. Values that are changed by making new ones share what did not change, so only that
 * is looked at which is another object than before.
 */
export type Patch =
  /** Another value altogether. */
  | { readonly value: unknown }
  /** The same record but for some members. */
  | { readonly members: readonly Part[]; readonly gone: readonly string[] }
  /** The same map but for some entries; `keys` are all of them in order, where they or their order changed. */
  | { readonly entries: readonly Part[]; readonly keys?: readonly string[] }

type Part = readonly [key: string, patch: Patch]

/** Undefined where nothing that can be seen is different. Keys of maps are texts. */
export function difference(before: unknown, after: unknown): Patch | undefined {
  if (Object.is(before, after)) return undefined
  if (isMap(before) && isMap(after)) return differenceOfMaps(before, after)
  if (isRecord(before) && isRecord(after)) return differenceOfRecords(before, after)
  return { value: after }
}

/** The value that differs so from an earlier one; what did not change is the same object as before. */
export function patched(before: unknown, patch: Patch | undefined): unknown {
  if (!patch) return before
  if ('value' in patch) return patch.value
  if ('members' in patch) {
    const members = new Map(Object.entries(before as object))
    for (const name of patch.gone) members.delete(name)
    for (const [name, part] of patch.members) members.set(name, patched(members.get(name), part))
    return Object.fromEntries(members)
  }
  const known = before as ReadonlyMap<string, unknown>
  const parts = new Map(patch.entries)
  const keys = patch.keys ?? [...known.keys()]
  return new Map(keys.map(key => [key, patched(known.get(key), parts.get(key))]))
}

/** As JSON, maps and sets too. */
export function formatValue(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (part instanceof Map) return { [mapMark]: [...part] }
    return part instanceof Set ? { [setMark]: [...part] } : part
  })
}

/** What `formatValue` has written. */
export function parseValue(text: string): unknown {
  return JSON.parse(text, (_, part: unknown) => {
    if (!isRecord(part)) return part
    if (mapMark in part) return new Map(part[mapMark] as [])
    return setMark in part ? new Set(part[setMark] as []) : part
  })
}

const mapMark = '$map'
const setMark = '$set'

function differenceOfMaps(
  before: ReadonlyMap<string, unknown>,
  after: ReadonlyMap<string, unknown>,
): Patch | undefined {
  const keys = [...after.keys()]
  const known = [...before.keys()]
  const isSameOrder = keys.length === known.length && keys.every((key, index) => key === known[index])
  const entries = keys.flatMap(key => partOf(key, before.get(key), after.get(key)))
  if (isSameOrder && entries.length === 0) return undefined
  return { entries, ...(!isSameOrder && { keys }) }
}

function differenceOfRecords(before: Members, after: Members): Patch | undefined {
  const members = Object.keys(after).flatMap(name =>
    partOf(name, memberOf(before, name), memberOf(after, name)),
  )
  // Of a member without a value JSON says nothing.
  const gone = Object.keys(before).filter(name => memberOf(after, name) === undefined)
  return members.length === 0 && gone.length === 0 ? undefined : { members, gone }
}

function memberOf(record: Members, name: string): unknown {
  return Object.hasOwn(record, name) ? record[name] : undefined
}

function partOf(key: string, before: unknown, after: unknown): readonly Part[] {
  const patch = difference(before, after)
  return patch ? [[key, patch]] : []
}

function isMap(value: unknown): value is ReadonlyMap<string, unknown> {
  return value instanceof Map
}

type Members = Readonly<Record<string, unknown>>

function isRecord(value: unknown): value is Members {
  return value !== null && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype
}
