import type { Copy, Instruction as ParsedInstruction, Run } from 'dockerfile-ast'
import { parseDockerfile } from './parse.ts'

/** One instruction of a Dockerfile, on one line whatever line breaks it was written with. */
export interface Instruction {
  readonly keyword: string
  /** 1-based. */
  readonly line: number
  /** `--name=value` in front of the arguments; one without a value has `''`. One that comes twice is there twice. */
  readonly flags: readonly (readonly [name: string, value: string])[]
  /** Everything behind the flags, a heredoc's lines left out. */
  readonly body: string
  /** As it may be shown to people. */
  readonly text: string
  /** In the order in which `body` begins them: `<<EOF`. */
  readonly heredocs: readonly Heredoc[]
}

/** Text in the Dockerfile itself (https://docs.docker.com/reference/dockerfile/#here-documents). */
export interface Heredoc {
  readonly name: string
  /** Its lines as written, with `<<-` without the tabs in front, each with a line end. */
  readonly content: string
  /** Whether variables are filled in: the name has no quotes. */
  readonly isExpanded: boolean
}

export interface Instructions {
  readonly instructions: readonly Instruction[]
  /** The character that `# escape=` names. */
  readonly escapeCharacter: string
}

/** The library finds where instructions begin and end; what it makes of their arguments loses escapes and comments. */
export function readInstructions(dockerfile: string): Instructions {
  const parsed = parseDockerfile(dockerfile)
  const escapeCharacter = parsed.getEscapeCharacter()
  const lines = dockerfile.split(/\r?\n/)
  const instructions = parsed.getInstructions().map(instruction => {
    const text = joinLines(instruction.getTextContent(), escapeCharacter)
    const keyword = instruction.getKeyword()
    const rest = text.slice(text.search(/\s|$/)).trim()
    const { flags, body } = takeFlags(rest)
    const line = instruction.getRange().start.line + 1
    return { keyword, line, flags, body, text: shorten(text), heredocs: readHeredocs(instruction, lines) }
  })
  return { instructions, escapeCharacter }
}

/** The elements of the JSON form `["a", "b"]`; undefined for the other form. */
export function readJsonForm(body: string): readonly string[] | undefined {
  if (!body.startsWith('[')) return undefined
  try {
    const value: unknown = JSON.parse(body)
    return Array.isArray(value) && value.every(item => typeof item === 'string') ? value : undefined
  } catch {
    return undefined
  }
}

/** What a line break after the escape character joins, without the comments and empty lines in between. */
function joinLines(text: string, escapeCharacter: string): string {
  let joined = ''
  for (const line of text.split(/\r?\n/)) {
    if (joined !== '' && /^\s*(?:#|$)/.test(line)) continue
    const trimmed = line.trimEnd()
    if (!trimmed.endsWith(escapeCharacter)) return joined + trimmed
    joined += trimmed.slice(0, -1)
  }
  return joined
}

const heredocKeywords = new Set(['RUN', 'COPY', 'ADD'])

function readHeredocs(instruction: ParsedInstruction, lines: readonly string[]): readonly Heredoc[] {
  if (!heredocKeywords.has(instruction.getKeyword())) return []
  return (instruction as Run | Copy).getHeredocs().map(heredoc => {
    const { start: begin, end } = heredoc.getStartRange()
    const written = (lines[begin.line] ?? '').slice(begin.character, end.character)
    const first = heredoc.getContentRange()?.start.line
    const content = first === undefined ? [] : lines.slice(first, heredoc.getDelimiterRange()?.start.line)
    const shown = written.startsWith('<<-') ? content.map(line => line.replace(/^\t+/, '')) : content
    return {
      name: heredoc.getName(),
      content: shown.map(line => `${line}\n`).join(''),
      isExpanded: !/["']/.test(written),
    }
  })
}

function takeFlags(text: string): Pick<Instruction, 'flags' | 'body'> {
  const flags: [string, string][] = []
  let body = text
  for (;;) {
    const found = /^--([\w-]+)(?:=(\S*))?(?:\s+|$)/.exec(body)
    if (!found) return { flags, body }
    flags.push([found[1] ?? '', found[2] ?? ''])
    body = body.slice(found[0].length)
  }
}

const maxShownLength = 60

function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > maxShownLength ? `${line.slice(0, maxShownLength - 1)}…` : line
}
