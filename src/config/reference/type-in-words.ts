import type { TypeNode } from './declarations.ts'

/** What stands for a type of that name: a link to where it is described. */
export type Links = ReadonlyMap<string, string>

/** A type as a reader takes it in who has never seen TypeScript, and exact for one who has. */
export function typeInWords(type: TypeNode, links: Links): string {
  switch (type.type) {
    case 'TSStringKeyword':
      return '`string`'
    case 'TSNumberKeyword':
      return '`number`'
    case 'TSBooleanKeyword':
      return '`boolean`'
    case 'TSLiteralType':
      return `\`${literal(type.literal)}\``
    case 'TSUnionType':
      return alternatives(type.types, links)
    case 'TSArrayType':
      return `list of ${typeInWords(type.elementType, links)}`
    // `readonly` is for those who read what a user has written.
    case 'TSTypeOperator':
      return typeInWords(type.typeAnnotation, links)
    case 'TSTypeLiteral':
      return `\`{ ${type.members.map(member => keyAndType(member, links)).join(', ')} }\``
    case 'TSTypeReference':
      return named(type, links)
    default:
      throw new Error(`There are no words for a type of the kind ${type.type}.`)
  }
}

function alternatives(types: readonly TypeNode[], links: Links): string {
  const given = types.filter(({ type }) => type !== 'TSUndefinedKeyword').map(one => typeInWords(one, links))
  return new Intl.ListFormat('en', { type: 'disjunction' }).format(given)
}

function named(
  { typeName, typeArguments }: Extract<TypeNode, { type: 'TSTypeReference' }>,
  links: Links,
): string {
  const name = typeName.type === 'Identifier' ? typeName.name : ''
  const [first, second] = typeArguments?.params ?? []
  if (name === 'Readonly' && first) return typeInWords(first, links)
  if (name === 'Record' && second) return `${typeInWords(second, links)} by name`
  return links.get(name) ?? `\`${name}\``
}

function keyAndType(
  member: Extract<TypeNode, { type: 'TSTypeLiteral' }>['members'][number],
  links: Links,
): string {
  if (member.type !== 'TSPropertySignature' || member.key.type !== 'Identifier' || !member.typeAnnotation) {
    throw new Error(`There are no words for a ${member.type}.`)
  }
  const type = typeInWords(member.typeAnnotation.typeAnnotation, links)
  return `${member.key.name}: ${type.replaceAll('`', '')}`
}

function literal(node: Extract<TypeNode, { type: 'TSLiteralType' }>['literal']): string {
  if (node.type !== 'Literal') throw new Error(`There are no words for a ${node.type}.`)
  return typeof node.value === 'string' ? `'${node.value}'` : String(node.value)
}
