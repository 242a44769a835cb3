/** A piece of a Devfile's text. Comments and white space are left out. */
export interface Token {
  readonly kind: 'word' | 'string' | 'literal' | 'mark'
  readonly text: string
  readonly offset: number
}

const grammar = [
  /(?<space>\s+|\/\/.*|\/\*[\s\S]*?\*\/)/u,
  /(?<string>'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*")/u,
  /(?<literal>`(?:\\[\s\S]|[^`\\])*`|\d[\w.]*)/u,
  /(?<word>[\p{ID_Start}$_#][\p{ID_Continue}$]*)/u,
  /(?<mark>=>|[\s\S])/u,
]
const anyToken = new RegExp(grammar.map(({ source }) => source).join('|'), 'uy')
const regularExpression = /\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*/y

/** Cuts TypeScript into tokens, as far as it takes to find one's way through its objects and lists. */
export function tokenize(source: string): readonly Token[] {
  const tokens: Token[] = []
  let offset = 0
  while (offset < source.length) {
    const literal = mayBeginValue(tokens.at(-1)) ? matchAt(regularExpression, source, offset) : null
    const match = literal ?? matchAt(anyToken, source, offset)
    if (!match) break
    const [text] = match
    const { space, string, word, mark } = match.groups ?? {}
    const kind = string ? 'string' : word ? 'word' : mark ? 'mark' : 'literal'
    if (space === undefined) tokens.push({ kind, text, offset })
    offset += text.length
  }
  return tokens
}

/** Whether every bracket has its partner. If not, a piece was misread. */
export function isBalanced(tokens: readonly Token[]): boolean {
  const partners: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' }
  const open: (string | undefined)[] = []
  for (const token of tokens) {
    if (isOpening(token)) open.push(partners[token.text])
    else if (isClosing(token) && open.pop() !== token.text) return false
  }
  return open.length === 0
}

export function isOpening(token: Token | undefined): boolean {
  return token?.kind === 'mark' && /^[([{]$/.test(token.text)
}

export function isClosing(token: Token | undefined): boolean {
  return token?.kind === 'mark' && /^[)\]}]$/.test(token.text)
}

/** Whether a slash after this begins a regular expression; after a value it divides. */
function mayBeginValue(before: Token | undefined): boolean {
  if (before === undefined || before.text === 'return') return true
  return before.kind === 'mark' && !isClosing(before)
}

function matchAt(pattern: RegExp, source: string, offset: number): RegExpExecArray | null {
  pattern.lastIndex = offset
  return pattern.exec(source)
}
