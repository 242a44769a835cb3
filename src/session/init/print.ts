import type { Draft, DraftImage, DraftService, Recipe } from './draft.ts'

/** The text of the Devfile that says what was understood. */
export function printDevfile({ name, images, services }: Draft): string {
  const builders = [...new Set(images.map(({ recipe }) => recipe.builder))].sort()
  const members = [
    { key: 'name', value: name },
    { key: 'images', value: block(images.map(imageMember)) },
    { key: 'services', value: block(services.map(serviceMember)) },
  ]
  return `import { ${['defineDevfile', ...builders].sort().join(', ')} } from 'devloop'

export default defineDevfile(${print(block(members), { indent: '', used: 29 })})
`
}

/** One recipe as the Devfile has it: `docker({ context: 'web' })`. */
export function printRecipe(recipe: Recipe): string {
  return print(callOf(recipe), { indent: '', used: Number.NEGATIVE_INFINITY })
}

type Value = string | number | readonly Value[] | Block | Call

/** An object; one with `isOpen` has a line for each member, however short. */
interface Block {
  readonly members: readonly Member[]
  readonly isOpen: boolean
}

interface Member {
  readonly key: string
  readonly value: Value
  readonly comment?: string
}

interface Call {
  readonly callee: string
  readonly argument: Block
}

function block(members: readonly Member[], isOpen = members.length > 0): Block {
  return { members, isOpen }
}

function imageMember({ ref, recipe, doubt }: DraftImage): Member {
  return { key: ref, value: callOf(recipe), ...(doubt !== undefined && { comment: doubt }) }
}

function callOf({ builder, options }: Recipe): Call {
  const members = Object.entries(options).map(([key, value]): Member => {
    if (typeof value === 'string') return { key, value }
    const inner = Object.entries(value).map(([name, text]) => ({ key: name, value: text }))
    return { key, value: block(inner, false) }
  })
  return { callee: builder, argument: block(members, false) }
}

function serviceMember({ name, manifests, ports, dependsOn }: DraftService): Member {
  const [first = '', ...more] = manifests
  const members: Member[] = [{ key: 'manifests', value: more.length === 0 ? first : manifests }]
  if (ports.length > 0) members.push({ key: 'ports', value: ports })
  if (dependsOn.length > 0) {
    members.push({ key: 'dependsOn', value: dependsOn.map(({ service }) => service) })
  }
  return { key: name, value: block(members, false) }
}

/** What formatters of TypeScript take as the longest line by default. */
const maxWidth = 80

interface Place {
  readonly indent: string
  /** Characters of the line that stand before the value, and the comma behind it. */
  readonly used: number
}

function print(value: Value, { indent, used }: Place): string {
  const flat = printFlat(value)
  if (flat !== undefined && used + flat.length <= maxWidth) return flat
  const deeper = `${indent}  `
  const lines = (items: readonly string[]) => items.map(item => `${deeper}${item},\n`).join('')
  if (isList(value)) {
    const items = value.map(item => print(item, { indent: deeper, used: deeper.length + 1 }))
    return `[\n${lines(items)}${indent}]`
  }
  if (typeof value !== 'object') return printText(value)
  if ('callee' in value) {
    return `${value.callee}(${print({ ...value.argument, isOpen: true }, { indent, used })})`
  }
  return `{\n${value.members.map(member => printMember(member, deeper)).join('')}${indent}}`
}

function printMember({ key, value, comment }: Member, indent: string): string {
  const name = printKey(key)
  const shown = print(value, { indent, used: indent.length + name.length + 3 })
  return `${comment === undefined ? '' : `${indent}// ${comment}\n`}${indent}${name}: ${shown},\n`
}

/** In one line; undefined where something of it has lines of its own. */
function printFlat(value: Value): string | undefined {
  if (isList(value)) {
    const items = value.map(printFlat)
    return items.includes(undefined) ? undefined : `[${items.join(', ')}]`
  }
  if (typeof value !== 'object') return printText(value)
  if ('callee' in value) {
    const { callee, argument } = value
    if (argument.members.length === 0) return `${callee}()`
    const inner = printFlat(argument)
    return inner === undefined ? undefined : `${callee}(${inner})`
  }
  if (value.members.length === 0) return '{}'
  if (value.isOpen) return undefined
  const members = value.members.map(({ key, value: inner }) => {
    const shown = printFlat(inner)
    return shown === undefined ? undefined : `${printKey(key)}: ${shown}`
  })
  return members.includes(undefined) ? undefined : `{ ${members.join(', ')} }`
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value)
}

function printKey(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : printText(key)
}

function printText(value: string | number): string {
  if (typeof value === 'number') return String(value)
  const escaped = JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"')
  // The quotes that need fewer escapes, as formatters choose them.
  if (!escaped.includes("'")) return `'${escaped}'`
  if (!escaped.includes('"')) return `"${escaped}"`
  return `'${escaped.replaceAll("'", "\\'")}'`
}
