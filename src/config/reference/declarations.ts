import { parseSync } from 'rolldown/utils'

type Program = ReturnType<typeof parseSync>['program']
type Statement = Extract<Program['body'][number], { type: 'ExportNamedDeclaration' }>
type Interface = Extract<Statement['declaration'], { type: 'TSInterfaceDeclaration' }>
type Member = Extract<Interface['body']['body'][number], { type: 'TSPropertySignature' }>
export type TypeNode = NonNullable<Member['typeAnnotation']>['typeAnnotation']

/** An exported interface or type of a TypeScript source. */
export interface Declaration {
  readonly name: string
  /** What its comment says, as one paragraph. */
  readonly meaning: string
  /** As it stands in the source, with its comment. */
  readonly source: string
  /** Of an interface, those that it extends. */
  readonly bases: readonly string[]
  /** Of an interface, its own. */
  readonly options: readonly Option[]
  /** Of a type that is another name of one. */
  readonly type?: TypeNode
}

export interface Option {
  readonly name: string
  readonly type: TypeNode
  readonly meaning: string
  /** Undefined where the option must be given. */
  readonly default?: string
}

/** Reads the exported interfaces and types of a source, in its order. Throws where one is not documented. */
export function readDeclarations(fileName: string, text: string): readonly Declaration[] {
  const { program, comments, errors } = parseSync(fileName, text)
  if (errors.length > 0) throw new Error(`${fileName} cannot be read: ${errors[0]?.message}`)
  const commentBefore = (start: number) =>
    comments.findLast(
      ({ type, value, end }) =>
        type === 'Block' && value.startsWith('*') && end <= start && text.slice(end, start).trim() === '',
    )

  return program.body.flatMap((statement): readonly Declaration[] => {
    if (statement.type !== 'ExportNamedDeclaration') return []
    const { declaration } = statement
    const comment = commentBefore(statement.start)
    const common = {
      meaning: readComment(comment?.value).meaning,
      source: text.slice(comment?.start ?? statement.start, statement.end),
    }
    if (declaration?.type === 'TSTypeAliasDeclaration') {
      const { id, typeAnnotation } = declaration
      return [{ ...common, name: id.name, bases: [], options: [], type: typeAnnotation }]
    }
    if (declaration?.type !== 'TSInterfaceDeclaration') return []
    return [
      {
        ...common,
        name: declaration.id.name,
        bases: declaration.extends.flatMap(({ expression }) =>
          expression.type === 'Identifier' ? expression.name : [],
        ),
        options: declaration.body.body.flatMap(member =>
          member.type === 'TSPropertySignature'
            ? readOption(member, readComment(commentBefore(member.start)?.value))
            : [],
        ),
      },
    ]
  })
}

interface Comment {
  readonly meaning: string
  readonly default: string | undefined
}

function readComment(comment = ''): Comment {
  const text = comment
    .split('\n')
    .map(line => line.replace(/^\s*\*? ?/, '').trim())
    .join(' ')
    .trim()
  const [meaning = '', ofDefault] = text.split(/\s*@default\s+/)
  return { meaning, default: ofDefault }
}

function readOption({ key, optional, typeAnnotation }: Member, comment: Comment): Option | readonly never[] {
  if (key.type !== 'Identifier' || !typeAnnotation) return []
  return {
    name: key.name,
    type: typeAnnotation.typeAnnotation,
    meaning: comment.meaning,
    ...(optional && { default: comment.default ?? '' }),
  }
}
