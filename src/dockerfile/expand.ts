/** What a variable holds; undefined where only the base image or the build knows. */
export type Lookup = (name: string) => string | undefined

/**
 * Fills in variables and takes quotes and escapes away, as Docker does for the words of an instruction
 * (https://docs.docker.com/reference/dockerfile/#environment-replacement).
 *
 * @param unset what a variable without a value stands for; absent where it is not known.
 * @returns undefined where a value is not known, or a form is used that is not followed here.
 */
export function expandWord(
  word: string,
  lookup: Lookup,
  escapeCharacter: string,
  unset?: string,
): string | undefined {
  let result = ''
  let quote = ''
  for (let at = 0; at < word.length; at++) {
    const char = word.charAt(at)
    if (quote === "'") {
      if (char === "'") quote = ''
      else result += char
    } else if (char === escapeCharacter) {
      const next = word.charAt(++at)
      // Between double quotes, only these are escaped; elsewhere everything is.
      result += quote === '"' && !['"', '$', escapeCharacter].includes(next) ? escapeCharacter + next : next
    } else if (char === quote) quote = ''
    else if (quote === '' && (char === '"' || char === "'")) quote = char
    else if (char === '$') {
      const reference = readReference(word, at)
      const value = reference && fillIn(reference, lookup, escapeCharacter, unset)
      if (!reference || value === undefined) return undefined
      result += value
      at += reference.length - 1
    } else result += char
  }
  return result
}

/** Words with their quotes, cut at spaces that are neither quoted nor escaped. */
export function splitWords(text: string, escapeCharacter: string): readonly string[] {
  const words: string[] = []
  let word = ''
  let quote = ''
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at)
    if (char === escapeCharacter && quote !== "'") word += char + text.charAt(++at)
    else if (quote === '' && /\s/.test(char)) {
      if (word !== '') words.push(word)
      word = ''
    } else {
      if (char === quote) quote = ''
      else if (quote === '' && (char === '"' || char === "'")) quote = char
      word += char
    }
  }
  if (word !== '') words.push(word)
  return words
}

interface Reference {
  readonly name: string
  readonly operator?: string
  /** What comes behind the operator. */
  readonly word: string
  /** Characters, from the `$` on. */
  readonly length: number
}

function readReference(text: string, at: number): Reference | undefined {
  const found = /^\$(?:(\w+)|\{(\w+)(?:(:?[-+?])((?:[^{}]|\$\{\w+\})*))?\})/.exec(text.slice(at))
  if (!found) return undefined
  const [{ length }, plain, braced, operator, word = ''] = found
  return { name: plain ?? braced ?? '', ...(operator && { operator }), word, length }
}

function fillIn(
  { name, operator, word }: Reference,
  lookup: Lookup,
  escapeCharacter: string,
  unset: string | undefined,
): string | undefined {
  const value = lookup(name)
  const counts = operator?.startsWith(':') ? Boolean(value) : value !== undefined
  switch (operator?.at(-1)) {
    case '-':
      return counts ? value : expandWord(word, lookup, escapeCharacter, unset)
    case '+':
      return counts ? expandWord(word, lookup, escapeCharacter, unset) : ''
    default:
      return value ?? unset
  }
}
