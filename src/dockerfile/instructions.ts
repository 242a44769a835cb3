import { DockerfileParser } from 'dockerfile-ast'

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
}

export interface Instructions {
  readonly instructions: readonly Instruction[]
  /** The character that `# escape=` names. */
  readonly escapeCharacter: string
}

/** The library finds where instructions begin and end; what it makes of their arguments loses escapes and comments. */
export function readInstructions(dockerfile: string): Instructions {
  const parsed = DockerfileParser.parse(dockerfile)
  const escapeCharacter = parsed.getEscapeCharacter()
  const instructions = parsed.getInstructions().map(instruction => {
    const text = joinLines(instruction.getTextContent(), escapeCharacter)
    const keyword = instruction.getKeyword()
    const rest = text.slice(text.search(/\s|$/)).trim()
    const { flags, body } = takeFlags(rest)
    return { keyword, line: instruction.getRange().start.line + 1, flags, body, text: shorten(text) }
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
