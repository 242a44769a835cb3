import path from 'node:path'
import { expandWord } from './expand.ts'
import { compileSegment, hasWildcard } from './go-match.ts'
import { type Instruction, readJsonForm } from './instructions.ts'
import { belowRoot, resolveFrom } from './paths.ts'
import type { CopyStep, Position, Source } from './stage.ts'

/** Flags that change neither which files are copied nor where to. */
const harmlessFlags = new Set(['chown', 'chmod', 'from', 'link', 'keep-git-dir', 'checksum'])

/** COPY or ADD, as one step for each kind of source that it has. */
export function readCopy(instruction: Instruction, position: Position): readonly CopyStep[] {
  const { keyword, body, flags, line, text } = instruction
  const { lookup, escapeCharacter, workdir, folders } = position
  // Docker cuts the words at spaces before it looks at quotes.
  const words = [...(readJsonForm(body) ?? body.split(/\s+/))]
  const written = expandWord(words.pop() ?? '', lookup, escapeCharacter)
  const destination = resolveFrom(workdir, written)
  const isLink = flags.some(([name, value]) => name === 'link' && value !== 'false')
  const unknownFlag = flags.find(([name]) => !harmlessFlags.has(name))?.[0]
  const fromFlag = flags.find(([name]) => name === 'from')?.[1]
  const [remote, local] = [words.filter(isRemote), words.filter(source => !isRemote(source))]
  const sources = expandAll(local, position)
  const shared = {
    kind: 'copy',
    isAdd: keyword === 'ADD',
    line,
    text,
    destination,
    intoFolder:
      written !== undefined && destination !== undefined
        ? isFolder(written, destination, sources ?? words, isLink ? undefined : folders)
        : undefined,
    ...(unknownFlag !== undefined && { unknownFlag: `--${unknownFlag}` }),
  } as const
  const from = fromFlag === undefined ? { kind: 'context' as const } : findSource(fromFlag, position)
  return [
    ...(local.length > 0 ? [{ ...shared, from, sources: sources?.map(readSource) }] : []),
    ...(remote.length > 0
      ? [
          {
            ...shared,
            from: { kind: 'elsewhere' as const },
            sources: remote.map(source => ({ path: source })),
          },
        ]
      : []),
  ]
}

/** What `from` names: a stage, or an image. */
export function findSource(reference: string, position: Position): CopyStep['from'] {
  // Builders differ in which variables they fill in here.
  if (reference.includes('$')) return { kind: 'unknown' }
  const stage = position.findStage(reference)
  return stage ? { kind: 'stage', stage } : { kind: 'elsewhere' }
}

function readSource(written: string): Source {
  const source = belowRoot(written)
  return hasWildcard(source)
    ? { path: source, segments: source.split('/').map(compileSegment) }
    : { path: source }
}

/** A URL, a repository, or a heredoc. */
function isRemote(source: string): boolean {
  return /^(?:<<|git@|[a-z]+:\/\/)/.test(source)
}

function expandAll(words: readonly string[], position: Position): readonly string[] | undefined {
  const expanded = words.map(word => expandWord(word, position.lookup, position.escapeCharacter))
  return expanded.every(word => word !== undefined) ? expanded : undefined
}

/**
 * Whether a file that is copied lands in the destination, rather than being it; undefined where it cannot be said.
 *
 * @param folders those that surely exist; undefined for `--link`, whose own layer starts empty.
 */
function isFolder(
  written: string,
  destination: string,
  sources: readonly string[],
  folders: ReadonlySet<string> | undefined,
): boolean | undefined {
  if (/(?:^|\/)\.?$/.test(written) || sources.length > 1 || destination === '/') return true
  if (folders === undefined) return false
  if (folders.has(destination)) return true
  const source = sources[0] ?? ''
  const extension = path.posix.extname(source)
  const isSameName = path.posix.basename(source) === path.posix.basename(destination)
  const isSameKind = extension !== '' && extension === path.posix.extname(destination)
  return isSameName || isSameKind ? false : undefined
}
