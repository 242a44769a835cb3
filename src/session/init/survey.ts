import { opendir } from 'node:fs/promises'
import path from 'node:path'
import { readIfThere } from '../../util/files.ts'
import { createPace } from '../../util/pace.ts'
import { type GitIgnore, parseGitIgnore } from './gitignore.ts'

/** The files of a folder that may say how its project is built and run. */
export interface Survey {
  /** Absolute. */
  readonly root: string
  /** Relative to the root, with `/`; those nearest to it first. */
  readonly files: readonly string[]
  /** It ended early, at one of its limits. */
  readonly isPartial: boolean
}

/** Folders below the root. */
const maxDepth = 8
const maxEntries = 50_000

/** Others' code, and what is never written by hand; folders whose names begin with a dot are tools' own. */
const foreignFolders: ReadonlySet<string> = new Set(['node_modules', 'vendor', 'bower_components', 'venv'])

/**
 * Lists the files below a folder, level by level, without what a `.gitignore` leaves out. A `.dockerignore` does not count: it
 * leaves manifests and Dockerfiles out of images, and they are what is looked for.
 */
export async function survey(root: string, signal: AbortSignal): Promise<Survey> {
  const files: string[] = []
  const pace = createPace()
  let entries = 0
  let level: readonly Place[] = [{ folder: '', rules: [] }]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxDepth) return { root, files: inOrder(files), isPartial: true }
    const below: Place[] = []
    for (const { folder, rules: inherited } of level) {
      const rules = await withRulesOf(root, folder, inherited)
      for await (const { name, kind } of list(path.join(root, folder))) {
        if (++entries > maxEntries || signal.aborted) return { root, files: inOrder(files), isPartial: true }
        await pace()
        const relative = path.posix.join(folder, name)
        if (isIgnored(relative, kind === 'folder', rules)) continue
        if (kind === 'file') files.push(relative)
        else if (!name.startsWith('.') && !foreignFolders.has(name)) below.push({ folder: relative, rules })
      }
    }
    level = below
  }
  return { root, files: inOrder(files), isPartial: false }
}

interface Place {
  readonly folder: string
  readonly rules: readonly Rules[]
}

interface Rules {
  /** Where the rules are written. */
  readonly folder: string
  readonly ignores: GitIgnore
}

async function withRulesOf(
  root: string,
  folder: string,
  inherited: readonly Rules[],
): Promise<readonly Rules[]> {
  const text = await readIfThere(path.join(root, folder, '.gitignore'))
  return text === undefined ? inherited : [...inherited, { folder, ignores: parseGitIgnore(text) }]
}

/** The rules nearest to the file stand above the others. */
function isIgnored(relative: string, isFolder: boolean, rules: readonly Rules[]): boolean {
  const below = (folder: string) => (folder === '' ? relative : relative.slice(folder.length + 1))
  return rules.reduce(
    (isLeftOut, { folder, ignores }) => ignores(below(folder), isFolder) ?? isLeftOut,
    false,
  )
}

/** What is directly in a folder; nothing of one that cannot be read. Links are passed over: they may lead anywhere. */
async function* list(folder: string): AsyncGenerator<{ name: string; kind: 'file' | 'folder' }> {
  const opened = await opendir(folder).catch(() => undefined)
  if (!opened) return
  for await (const entry of opened) {
    if (entry.isFile()) yield { name: entry.name, kind: 'file' }
    else if (entry.isDirectory()) yield { name: entry.name, kind: 'folder' }
  }
}

function inOrder(files: readonly string[]): readonly string[] {
  const depth = (file: string) => file.split('/').length
  return files.toSorted((a, b) => depth(a) - depth(b) || (a < b ? -1 : 1))
}
