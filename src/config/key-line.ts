import type { KeyPath } from './fault.ts'
import { isBalanced, isClosing, isOpening, type Token, tokenize } from './tokens.ts'

/**
 * The 1-based line on which a key of the Devfile's object is written, or the nearest key around it. Undefined where the
 * text does not show it: an object that is put together elsewhere is not followed, so that no line is a wrong one.
 */
export function lineOfKey(text: string, path: KeyPath): number | undefined {
  const tokens = tokenize(text)
  if (!isBalanced(tokens)) return undefined
  let container = rootObject(tokens)
  let found: Token | undefined
  for (const key of path) {
    const entry = entriesOf(tokens, container).find(({ name }) => name === key)
    if (!entry) break
    found = tokens[entry.start]
    container = entry.value
  }
  return found && text.slice(0, found.offset).split('\n').length
}

interface Entry {
  readonly name: string | number
  /** Indices of tokens. */
  readonly start: number
  readonly value: number
}

/** The first token of the object that is given to `defineDevfile`, or returned by the function given to it. */
function rootObject(tokens: readonly Token[]): number {
  const call = tokens.findIndex(
    ({ text }, index) => text === 'defineDevfile' && tokens[index + 1]?.text === '(',
  )
  if (call < 0) return -1
  const argument = call + 2
  if (tokens[argument]?.text === '{') return argument
  const arrow = afterParameters(tokens, tokens[argument]?.text === 'async' ? argument + 1 : argument)
  if (tokens[arrow]?.text !== '=>') return -1
  if (tokens[arrow + 1]?.text === '(') return arrow + 2
  const returns = tokens.flatMap(({ text }, index) => (index > arrow && text === 'return' ? [index] : []))
  return returns.length === 1 ? (returns[0] ?? -1) + 1 : -1
}

function afterParameters(tokens: readonly Token[], start: number): number {
  if (tokens[start]?.text !== '(') return start + 1
  let index = start + 1
  while (index < tokens.length && !isClosing(tokens[index])) index = afterEntry(tokens, index)
  return index + 1
}

/** The entries of the object or list that begins at a token, also where a call such as `docker(` is around it. */
function entriesOf(tokens: readonly Token[], value: number): readonly Entry[] {
  const isCall = tokens[value]?.kind === 'word' && tokens[value + 1]?.text === '('
  const open = isCall ? value + 2 : value
  const bracket = tokens[open]?.text
  if (bracket !== '{' && bracket !== '[') return []
  const entries: Entry[] = []
  let start = open + 1
  while (start < tokens.length && !isClosing(tokens[start])) {
    // After a spread, the places in the text are not those in the list.
    if (bracket === '[' && tokens[start]?.text === '.') break
    if (bracket === '[') entries.push({ name: entries.length, start, value: start })
    else if (isKey(tokens, start))
      entries.push({ name: nameOf(tokens[start]), start, value: valueIndex(tokens, start) })
    start = afterEntry(tokens, start)
  }
  return entries
}

function isKey(tokens: readonly Token[], index: number): boolean {
  const next = tokens[index + 1]?.text
  const isName = tokens[index]?.kind === 'word' || tokens[index]?.kind === 'string'
  return isName && (next === ':' || next === ',' || next === '}')
}

function nameOf(token: Token | undefined): string {
  return token?.kind === 'string' ? token.text.slice(1, -1) : (token?.text ?? '')
}

/** A shorthand's value is written elsewhere. */
function valueIndex(tokens: readonly Token[], key: number): number {
  return tokens[key + 1]?.text === ':' ? key + 2 : -1
}

/** The index after the comma that ends an entry, or of the bracket that ends the last one. */
function afterEntry(tokens: readonly Token[], start: number): number {
  let depth = 0
  let index = start
  for (; index < tokens.length; index++) {
    const token = tokens[index]
    if (depth === 0 && token?.text === ',') return index + 1
    if (isClosing(token) && depth-- === 0) return index
    if (isOpening(token)) depth++
  }
  return index
}
