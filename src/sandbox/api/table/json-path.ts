import { isRecord } from '../../../util/is-record.ts'

/**
 * What a simple JSON path names: fields, indexes, and items by one of their fields, as the columns of CustomResourceDefinitions
 * have them (`.status.conditions[?(@.type=="Ready")].status`). Of several values the first one.
 */
export function valueAtJsonPath(object: unknown, path: string): unknown {
  let found: unknown[] = [object]
  for (const [, field, quoted, index, condition] of path.matchAll(step)) {
    const name = field ?? quoted
    if (name !== undefined) found = found.map(value => (isRecord(value) ? value[name] : undefined))
    else if (index !== undefined) found = found.flatMap(value => itemsAt(value, index))
    else if (condition !== undefined) found = found.flatMap(value => itemsWhere(value, condition))
    found = found.filter(value => value !== undefined)
  }
  return found[0]
}

const step = /\.((?:[^.[\]\\]|\\.)+)|\['([^']+)'\]|\[(-?\d+|\*)\]|\[\?\((.+?)\)\]/g

function itemsAt(value: unknown, index: string): unknown[] {
  if (!Array.isArray(value)) return []
  return index === '*' ? value : [value.at(Number(index))]
}

function itemsWhere(value: unknown, condition: string): unknown[] {
  const [, path = '', wanted] = /^@((?:\.[\w-]+)+)\s*==\s*["']?([^"']*)["']?$/.exec(condition) ?? []
  if (!Array.isArray(value) || wanted === undefined) return []
  return value.filter(item => String(valueAtJsonPath(item, path)) === wanted)
}
