import { anchorOf } from './anchor.ts'
import type { Declaration, Option } from './declarations.ts'
import { table } from './table.ts'
import { type Links, typeInWords } from './type-in-words.ts'

/** A part of the page. */
interface Section {
  readonly heading: string
  /** Of the heading: 2 is a part of the page. */
  readonly level: 2 | 3
  /** The type that it describes, with the options of those that it extends. */
  readonly type: string
  /** How other sections speak of it; without that none does. */
  readonly called?: string
  /** Another name of the type, by which other sections refer to it. */
  readonly alias?: string
  /** devloop gives its members, and the user none. */
  readonly isGiven?: boolean
}

const sections: readonly Section[] = [
  { heading: 'defineDevfile()', level: 2, type: 'DevfileInput' },
  { heading: 'Services', level: 2, type: 'ServiceInput', called: 'services' },
  { heading: 'Ports', level: 2, type: 'PortInput', called: 'ports' },
  { heading: 'Registry', level: 2, type: 'RegistryInput', called: 'registry' },
  { heading: 'Images', level: 2, type: 'ImageInput', called: 'images' },
  { heading: 'docker()', level: 3, type: 'DockerOptions', alias: 'DockerInput', called: 'docker' },
  { heading: 'Secrets', level: 3, type: 'SecretInput', called: 'secrets' },
  { heading: 'SSH', level: 3, type: 'SshInput', called: 'SSH' },
  {
    heading: 'buildpacks()',
    level: 3,
    type: 'BuildpacksOptions',
    alias: 'BuildpacksInput',
    called: 'buildpacks',
  },
  { heading: 'custom()', level: 3, type: 'CustomOptions', alias: 'CustomInput', called: 'custom' },
  { heading: 'gradle()', level: 3, type: 'GradleOptions', alias: 'GradleInput', called: 'gradle' },
  { heading: 'maven()', level: 3, type: 'MavenInput', called: 'maven' },
  { heading: 'jib()', level: 3, type: 'JibInput', called: 'jib' },
  { heading: 'Sync rules', level: 2, type: 'SyncInput', called: 'sync rules' },
  { heading: 'Commands after a sync', level: 2, type: 'RunInput', called: 'commands' },
  { heading: 'Profiles', level: 2, type: 'ProfileInput', called: 'profiles' },
  { heading: 'A function', level: 2, type: 'DevfileContext', isGiven: true },
]

const introduction = `# Devfile reference

<!-- Made by \`npm run docs\` from the comments in src/config/input.ts and src/build/builder.ts: change those. -->

Every option of a \`Devfile.ts\`. The [guide](devfile.md) says what they are for, with examples; the editor shows the same text
at each option.

- An option may be left out where a default is named.
- A path is relative to the Devfile's folder.
- A glob knows \`*\`, \`**\`, \`?\`, \`[…]\` and \`{…}\`; \`\\\` takes the meaning of the next character away.
- No option is a time or a size, so none has a unit.
- An unknown option, or a value of another type, is a fault that is told with its line.`

/**
 * The Devfile's reference as Markdown.
 *
 * @param declarations what a Devfile is written with
 * @param builder the types of a builder of the user's own, which are shown as they are
 */
export function referencePage(declarations: readonly Declaration[], builder: readonly Declaration[]): string {
  const byName = new Map(declarations.map(declaration => [declaration.name, declaration]))
  const links = linksTo(sections)
  const parts = sections.map(
    section => `${'#'.repeat(section.level)} ${section.heading}\n\n${describe(section, byName, links)}`,
  )
  return `${[introduction, ...parts, ownBuilder(builder)].join('\n\n')}\n`
}

function describe(
  { type: name, isGiven = false }: Section,
  byName: ReadonlyMap<string, Declaration>,
  links: Links,
): string {
  const declaration = find(byName, name)
  const { meaning, type } = declaration
  if (meaning === '') throw new Error(`${name} has no comment.`)
  if (type) return `${meaning}\n\nType: ${typeInWords(type, links)}.`
  const options = optionsOf(declaration, byName)
  for (const option of options) {
    if (option.meaning === '') throw new Error(`${name}.${option.name} has no comment.`)
    if (option.default === '') throw new Error(`${name}.${option.name} has no @default.`)
  }
  return `${meaning}\n\n${isGiven ? membersTable(options, links) : optionsTable(options, links)}`
}

function optionsTable(options: readonly Option[], links: Links): string {
  return table(
    ['option', 'type', 'default', 'meaning'],
    options.map(({ name, type, default: otherwise = 'must be given', meaning }) => [
      `\`${name}\``,
      typeInWords(type, links),
      otherwise,
      meaning,
    ]),
  )
}

function membersTable(members: readonly Option[], links: Links): string {
  return table(
    ['member', 'type', 'meaning'],
    members.map(({ name, type, meaning }) => [`\`${name}\``, typeInWords(type, links), meaning]),
  )
}

/** Its own, and those of what it extends. */
function optionsOf(
  { options, bases }: Declaration,
  byName: ReadonlyMap<string, Declaration>,
): readonly Option[] {
  // `docker()` and its like say the kind.
  const own = options.filter(({ name }) => name !== 'kind')
  return [...own, ...bases.flatMap(base => optionsOf(find(byName, base), byName))]
}

function ownBuilder(builder: readonly Declaration[]): string {
  return `## A builder of your own

An object with the functions \`inputs\` and \`build\`. The types are exported by \`devloop\`; the codes of a \`Failure\` are in
[troubleshooting.md](troubleshooting.md).

\`\`\`typescript
${builder.map(({ source }) => source).join('\n\n')}
\`\`\``
}

function linksTo(all: readonly Section[]): Links {
  const toBuilder = ['Builder', '[a builder of your own](#a-builder-of-your-own)'] as const
  const links = all.flatMap(({ type, alias = type, called, heading }) =>
    called === undefined ? [] : [[alias, `[${called}](#${anchorOf(heading)})`] as const],
  )
  return new Map([...links, toBuilder])
}

function find(byName: ReadonlyMap<string, Declaration>, name: string): Declaration {
  const declaration = byName.get(name)
  if (!declaration) throw new Error(`There is no type ${name}.`)
  return declaration
}
