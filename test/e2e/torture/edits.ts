import { type Dirent, readdirSync } from 'node:fs'
import {
  appendFile,
  chmod,
  lstat,
  mkdir,
  readFile,
  rename,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises'
import path from 'node:path'
import type { Random } from './random.ts'

/** What a developer, an editor or git does to a folder, at random. */
export interface RandomEdits {
  /** One more of them. Gives a line for people: what was done to which paths. */
  next(): Promise<string>
}

/** About how many files the folder has at any time. */
const wantedFiles = 300
const deepest = 5

const names = [
  'plain.js',
  'index.html',
  'two words',
  "it's",
  '"quoted"',
  '-rf',
  '--help',
  '$HOME `id`',
  'a\nb',
  'last\n',
  'back\\slash',
  '*',
  '[a]',
  '.hidden',
  '...',
  'ünïcode-日本',
  'composed-\u00e9',
  'decomposed-e\u0301',
  ' lead',
  'trail ',
  '%s%b',
  'tab\there',
]

type Edit = (tree: Tree, random: Random) => Promise<string | undefined>

/** Fills the folder, which must exist, and gives the edits that follow. */
export async function randomEdits(folder: string, random: Random): Promise<RandomEdits> {
  for (let made = 0; made < wantedFiles; made++) await write(readTree(folder), random)
  return {
    async next() {
      for (;;) {
        const tree = readTree(folder)
        const done = await chooseEdit(tree, random)(tree, random)
        if (done !== undefined) return done
      }
    },
  }
}

interface Tree {
  readonly root: string
  /** Absolute paths, in an order that depends on the names only. */
  readonly files: readonly string[]
  readonly links: readonly string[]
  /** With the root. */
  readonly folders: readonly string[]
}

function readTree(root: string): Tree {
  const tree = { root, files: [] as string[], links: [] as string[], folders: [root] }
  // The list grows while it is gone through. `recursive` would follow links.
  for (const folder of tree.folders) {
    for (const entry of readdirSync(folder, { withFileTypes: true }).sort(byName)) {
      const file = path.join(folder, entry.name)
      if (entry.isFile()) tree.files.push(file)
      if (entry.isSymbolicLink()) tree.links.push(file)
      if (entry.isDirectory()) tree.folders.push(file)
    }
  }
  return tree
}

function byName(one: Dirent, other: Dirent): number {
  return one.name < other.name ? -1 : 1
}

function chooseEdit({ files }: Tree, random: Random): Edit {
  if (files.length < wantedFiles * 0.8) return write
  if (files.length > wantedFiles * 1.2) return random.pick([remove, removeFolder])
  return random.pick(weighted)
}

const write: Edit = async (tree, random) => {
  const file = newPath(tree, random)
  await mkdir(path.dirname(file), { recursive: true })
  await writeFile(file, content(random), { mode: random.chance(0.2) ? 0o755 : 0o644 })
  return describe('write', tree, file)
}

const overwrite: Edit = async (tree, random) => {
  const file = random.pick(tree.files)
  await writeFile(file, content(random))
  return describe('overwrite', tree, file)
}

const append: Edit = async (tree, random) => {
  const file = random.pick(tree.files)
  await appendFile(file, content(random))
  return describe('append', tree, file)
}

const shorten: Edit = async (tree, random) => {
  const file = random.pick(tree.files)
  const { size } = await lstat(file)
  await truncate(file, random.integer(0, size))
  return describe('shorten', tree, file)
}

const changeMode: Edit = async (tree, random) => {
  const file = random.pick(tree.files)
  const { mode } = await lstat(file)
  await chmod(file, (mode & 0o100) === 0 ? 0o755 : 0o644)
  return describe('change mode', tree, file)
}

const remove: Edit = async (tree, random) => {
  const file = random.pick([...tree.files, ...tree.links])
  await rm(file)
  return describe('remove', tree, file)
}

const moveFile: Edit = async (tree, random) => {
  const [from, to] = [random.pick([...tree.files, ...tree.links]), newPath(tree, random)]
  await mkdir(path.dirname(to), { recursive: true })
  await rename(from, to)
  return describe('move', tree, from, to)
}

/** What git does to a file: the new one takes its name. */
const moveOver: Edit = async (tree, random) => {
  const [from, to] = [random.pick(tree.files), random.pick(tree.files)]
  await rename(from, to)
  return describe('move over', tree, from, to)
}

const saveLikeAnEditor: Edit = async (tree, random) => {
  const file = random.pick(tree.files)
  const temporary = path.join(path.dirname(file), '.save-in-progress')
  await writeFile(temporary, content(random), { mode: (await lstat(file)).mode & 0o777 })
  await rename(temporary, file)
  return describe('save', tree, file)
}

const moveFolder: Edit = async (tree, random) => {
  const [, ...inner] = tree.folders
  if (inner.length === 0) return undefined
  const [from, to] = [random.pick(inner), newPath(tree, random)]
  if (`${to}/`.startsWith(`${from}/`)) return undefined
  await mkdir(path.dirname(to), { recursive: true })
  await rename(from, to)
  return describe('move folder', tree, from, to)
}

const removeFolder: Edit = async (tree, random) => {
  const small = tree.folders.slice(1).filter(folder => filesBelow(tree, folder).length <= wantedFiles / 10)
  if (small.length === 0) return undefined
  const folder = random.pick(small)
  await rm(folder, { recursive: true })
  return describe('remove folder', tree, folder)
}

/** Two folders change places, in the steps that a user needs for it. */
const swapFolders: Edit = async (tree, random) => {
  const [, ...inner] = tree.folders
  if (inner.length < 2) return undefined
  const [one, other] = [random.pick(inner), random.pick(inner)]
  if (`${one}/`.startsWith(`${other}/`) || `${other}/`.startsWith(`${one}/`)) return undefined
  const aside = path.join(tree.root, '.aside')
  await rename(one, aside)
  await rename(other, one)
  await rename(aside, other)
  return describe('swap folders', tree, one, other)
}

const fileInPlaceOfFolder: Edit = async (tree, random) => {
  const small = tree.folders.slice(1).filter(folder => filesBelow(tree, folder).length <= wantedFiles / 10)
  if (small.length === 0) return undefined
  const folder = random.pick(small)
  await rm(folder, { recursive: true })
  await writeFile(folder, content(random))
  return describe('file in place of folder', tree, folder)
}

const folderInPlaceOfFile: Edit = async (tree, random) => {
  const file = random.pick([...tree.files, ...tree.links])
  const inner = path.join(file, random.pick(names))
  await rm(file)
  await mkdir(file)
  await writeFile(inner, content(random))
  return describe('folder in place of file', tree, inner)
}

const link: Edit = async (tree, random) => {
  const file = newPath(tree, random)
  await mkdir(path.dirname(file), { recursive: true })
  await symlink(destination(tree, file, random), file)
  return describe('link', tree, file)
}

const relink: Edit = async (tree, random) => {
  if (tree.links.length === 0) return undefined
  const file = random.pick(tree.links)
  await rm(file)
  await symlink(destination(tree, file, random), file)
  return describe('relink', tree, file)
}

const linkInPlaceOfFile: Edit = async (tree, random) => {
  const file = random.pick(tree.files)
  await rm(file)
  await symlink(destination(tree, file, random), file)
  return describe('link in place of file', tree, file)
}

const copy: Edit = async (tree, random) => {
  const [from, to] = [random.pick(tree.files), newPath(tree, random)]
  await mkdir(path.dirname(to), { recursive: true })
  await writeFile(to, await readFile(from))
  return describe('copy', tree, from, to)
}

/** How often each is done, in relation to the others. */
const weighted: readonly Edit[] = [
  [write, 4] as const,
  [overwrite, 8] as const,
  [append, 5] as const,
  [shorten, 2] as const,
  [changeMode, 3] as const,
  [remove, 3] as const,
  [moveFile, 4] as const,
  [moveOver, 2] as const,
  [saveLikeAnEditor, 6] as const,
  [moveFolder, 2] as const,
  [removeFolder, 1] as const,
  [swapFolders, 1] as const,
  [fileInPlaceOfFolder, 1] as const,
  [folderInPlaceOfFile, 2] as const,
  [link, 1] as const,
  [relink, 1] as const,
  [linkInPlaceOfFile, 1] as const,
  [copy, 2] as const,
].flatMap(([edit, weight]) => Array<Edit>(weight).fill(edit))

/** A path at which nothing is; its folder may not be there yet. */
function newPath({ root, files, links, folders }: Tree, random: Random): string {
  const taken = new Set([...files, ...links, ...folders])
  for (;;) {
    let file = path.join(random.pick(folders), random.pick(names))
    if (random.chance(0.15)) file = path.join(file, random.pick(names))
    if (random.chance(0.5)) file += random.integer(0, 99)
    const parent = path.dirname(file)
    const depth = path.relative(root, file).split(path.sep).length
    const isFolder = folders.includes(parent) || !taken.has(parent)
    if (depth <= deepest && isFolder && !taken.has(file)) return file
  }
}

/** Most are short, some are not text, and a few are more than one write. */
function content(random: Random): Buffer {
  if (random.chance(0.08)) return Buffer.alloc(0)
  if (random.chance(0.6)) return Buffer.from(`const value = ${random.next()}\n`.repeat(random.integer(1, 40)))
  const most = random.chance(0.05) ? 300_000 : 5_000
  return Buffer.from(Uint8Array.from({ length: random.integer(1, most) }, () => random.integer(0, 255)))
}

/** A file, a folder or nothing at all, but never out of the tree. */
function destination({ root, files, folders }: Tree, link: string, random: Random): string {
  const target = random.chance(0.2)
    ? path.join(root, 'nothing here')
    : random.chance(0.3)
      ? random.pick(folders)
      : random.pick(files)
  return path.relative(path.dirname(link), target) || '.'
}

function filesBelow({ files, links }: Tree, folder: string): readonly string[] {
  return [...files, ...links].filter(file => file.startsWith(`${folder}/`))
}

function describe(edit: string, { root }: Tree, ...paths: readonly string[]): string {
  return `${edit} ${paths.map(file => JSON.stringify(path.relative(root, file))).join(' ')}`
}
