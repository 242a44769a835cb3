import { splitWords } from './expand.ts'

/** One command of a shell's command line: its words without quotes. */
export type SimpleCommand = readonly string[]

/**
 * Cuts a command line at `&&`, `||`, `;`, `|` and `&`. Outputs to /dev/null and to other outputs are left out.
 *
 * @returns undefined where it is more than a list of plain commands: substitutions, redirections to files, subshells,
 *   loops and conditions.
 */
export function readCommandLine(line: string): readonly SimpleCommand[] | undefined {
  const plain = line.replace(/(?:[12&]?>>?\s*\/dev\/null|[12]?>&[12])/g, ' ')
  // A variable stays in its word, where whoever looks at the word sees that it is not known.
  if (/\$\(|[`<>()]|(?:^|[\s;&|])(?:if|for|while|until|case|eval|\{|!)\s/.test(plain)) return undefined
  const commands = cutAtOperators(plain).map(part => splitWords(part, '\\').map(withoutQuotes))
  return commands.filter(words => words.length > 0)
}

/** Takes away what stands in front of the program: `exec`, `env`, assignments. */
export function withoutPrefixes(words: SimpleCommand): SimpleCommand {
  const first = words.findIndex(word => !/^(?:exec|env|\w+=.*)$/.test(word))
  return first < 0 ? [] : words.slice(first)
}

/** The name of an installed program, however it is called; one that lies elsewhere is somebody's own, and keeps its path. */
export function programName(word: string): string {
  return word.replace(/^(?:\/usr(?:\/local)?)?\/s?bin\/|^(?:\S*\/)?node_modules\/\.bin\//, '')
}

function cutAtOperators(line: string): readonly string[] {
  const parts: string[] = ['']
  for (const [piece] of line.matchAll(/'[^']*'|"(?:\\.|[^"\\])*"|\\.|&&|\|\||[;|&\n]|[^'"\\;|&\n]+|./gs)) {
    if (/^(?:&&|\|\||[;|&\n])$/.test(piece)) parts.push('')
    else parts.push(`${parts.pop() ?? ''}${piece}`)
  }
  return parts
}

function withoutQuotes(word: string): string {
  return word.replace(/'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.)/gs, (_, single, double, escaped) => {
    return single ?? double?.replace(/\\(["\\$`])/g, '$1') ?? escaped
  })
}
