/** Texts, lists and tables; any other value (a number, a boolean, a date) is the text that it is written with. */
export type TomlValue = string | readonly TomlValue[] | TomlTable

export interface TomlTable {
  readonly [key: string]: TomlValue
}

type OpenTable = { [key: string]: OpenTable | OpenTable[] | TomlValue }

/**
 * Reads a TOML document (https://toml.io/en/v1.0.0) that another program judges: what is not understood is passed over,
 * up to the end of its line.
 */
export function parseToml(text: string): TomlTable {
  const tokens = tokenize(text)
  const root: OpenTable = Object.create(null)
  let table = root
  while (!tokens.isAtEnd()) {
    if (tokens.take('\n')) continue
    if (tokens.take('[')) {
      const isEntry = tokens.take('[')
      const keys = keysFrom(tokens)
      table = isEntry ? addEntry(root, keys) : tableBelow(root, keys)
    } else {
      assignFrom(tokens, table)
    }
    tokens.skipLine()
  }
  return root as TomlTable
}

function assignFrom(tokens: Tokens, table: OpenTable): void {
  const keys = keysFrom(tokens)
  const last = keys.pop()
  if (last !== undefined && tokens.take('=')) tableBelow(table, keys)[last] = valueFrom(tokens)
}

function keysFrom(tokens: Tokens): string[] {
  const keys: string[] = []
  do {
    const key = tokens.takeText()
    if (key !== undefined) keys.push(key)
  } while (tokens.take('.'))
  return keys
}

function valueFrom(tokens: Tokens): TomlValue {
  if (tokens.take('[')) return listFrom(tokens)
  if (tokens.take('{')) return inlineTableFrom(tokens)
  let value = tokens.takeText() ?? ''
  while (tokens.take('.')) value += `.${tokens.takeText() ?? ''}`
  return value
}

function listFrom(tokens: Tokens): TomlValue {
  const entries: TomlValue[] = []
  do {
    skipNewlines(tokens)
    if (tokens.take(']')) return entries
    entries.push(valueFrom(tokens))
    skipNewlines(tokens)
  } while (tokens.take(','))
  tokens.take(']')
  return entries
}

function skipNewlines(tokens: Tokens): void {
  while (tokens.take('\n'));
}

function inlineTableFrom(tokens: Tokens): TomlTable {
  const table: OpenTable = Object.create(null)
  do assignFrom(tokens, table)
  while (tokens.take(','))
  tokens.take('}')
  return table as TomlTable
}

/** The table with this name; of a list of tables, its last one. */
function tableBelow(table: OpenTable, keys: readonly string[]): OpenTable {
  return keys.reduce((parent, key) => {
    const found = parent[key]
    const inner = Array.isArray(found) ? found.at(-1) : found
    if (isOpen(inner)) return inner
    const made: OpenTable = Object.create(null)
    parent[key] = made
    return made
  }, table)
}

function addEntry(root: OpenTable, keys: readonly string[]): OpenTable {
  const parent = tableBelow(root, keys.slice(0, -1))
  const entry: OpenTable = Object.create(null)
  const name = keys.at(-1) ?? ''
  const list = parent[name]
  parent[name] = Array.isArray(list) ? [...list, entry] : [entry]
  return entry
}

function isOpen(value: OpenTable[string] | undefined): value is OpenTable {
  return typeof value === 'object' && !Array.isArray(value)
}

interface Tokens {
  isAtEnd(): boolean
  /** Goes past a mark, if it is next. */
  take(mark: string): boolean
  /** Goes past a text, quoted or not, if it is next. */
  takeText(): string | undefined
  /** Goes to the end of the line. */
  skipLine(): void
}

type Token = { readonly mark: string } | { readonly text: string }

const pattern =
  /[ \t\r]+|#[^\n]*|(?<mark>[\n[\]{},=.])|"""\r?\n?(?<longBasic>[\s\S]*?)"""|'''\r?\n?(?<longLiteral>[\s\S]*?)'''|"(?<basic>(?:\\.|[^"\\\n])*)"|'(?<literal>[^'\n]*)'|(?<bare>[^\s[\]{},=.#"']+)|./g

function tokenize(text: string): Tokens {
  const tokens = [...text.matchAll(pattern)].flatMap(({ groups = {} }): readonly Token[] => {
    const { mark, longBasic, longLiteral, basic, literal, bare } = groups
    if (mark !== undefined) return [{ mark }]
    const quoted = basic ?? longBasic
    const plain = quoted === undefined ? (literal ?? longLiteral ?? bare) : unescaped(quoted)
    return plain === undefined ? [] : [{ text: plain }]
  })
  let next = 0
  const isAt = (mark: string) => {
    const token = tokens[next]
    return token !== undefined && 'mark' in token && token.mark === mark
  }
  return {
    isAtEnd: () => next >= tokens.length,
    take(mark) {
      const isThere = isAt(mark)
      if (isThere) next++
      return isThere
    },
    takeText() {
      const token = tokens[next]
      if (token === undefined || 'mark' in token) return undefined
      next++
      return token.text
    },
    skipLine() {
      while (next < tokens.length && !isAt('\n')) next++
    },
  }
}

const escapes: Readonly<Record<string, string>> = { b: '\b', t: '\t', n: '\n', f: '\f', r: '\r' }

function unescaped(quoted: string): string {
  return quoted.replace(/\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))/g, (_, short, long, letter) =>
    letter === undefined ? fromCodePoint(short ?? long) : (escapes[letter] ?? letter),
  )
}

function fromCodePoint(hexadecimal: string): string {
  const code = Number.parseInt(hexadecimal, 16)
  return code <= 0x10ffff ? String.fromCodePoint(code) : ''
}
