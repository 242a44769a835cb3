import path from 'node:path'
import { compileSegment, hasWildcard } from '../../../dockerfile/go-match.ts'
import { belowRoot } from '../../../dockerfile/paths.ts'
import { ok, type Result } from '../../../model/result.ts'
import { entryOf, type LayerEntry } from '../layer.ts'
import type { LayeredView, ViewedEntry } from '../layered-view.ts'
import { failAt, type Spot } from './refusal.ts'

/** What `COPY` reads: the build context, a stage or another image. */
export interface CopySource extends Pick<LayeredView, 'find' | 'list'> {
  /** For messages: `the build context`. */
  readonly description: string
  /** Undefined: files keep theirs. */
  readonly owner?: Owner
  /** Of an image that stands on the host: the folders of which only what is in them is meant to be copied. */
  readonly systemFolders?: ReadonlySet<string>
}

export interface Owner {
  readonly user: number
  readonly group: number
}

export interface CopyOptions {
  readonly spot: Spot
  readonly source: CopySource
  /** As written, variables filled in. */
  readonly paths: readonly string[]
  /** Text of the Dockerfile itself, as files. */
  readonly texts: readonly LayerEntry[]
  /** Absolute; with `/` at its end it is a folder in any case. */
  readonly destination: string
  /** What is copied to. */
  readonly image: LayeredView
  /** `--chown` */
  readonly owner?: Owner
  /** `--chmod` */
  readonly mode?: number
  /** What the layer has already, of the same instruction. */
  readonly before?: readonly LayerEntry[]
}

/**
 * What a `COPY` adds to an image, with the folders on the way. The rules were seen of BuildKit: a folder's contents are
 * copied, and not the folder; links at the ends are followed, those within stay links; what is made on the way belongs to
 * whom `--chown` says.
 */
export async function copyEntries(options: CopyOptions): Promise<Result<readonly LayerEntry[]>> {
  const { spot, source, paths, texts, destination, image } = options
  const layer = new LayerUnderWay(options)
  const isFolder = destination.endsWith('/')
  if (paths.length + texts.length > 1 && !isFolder) {
    return failAt(
      spot,
      'when using COPY with more than one source file, the destination must be a directory and end with a /',
      `Write ${destination}/.`,
    )
  }
  const target = image.resolve(destination)
  const fileTarget = (name: string) =>
    isFolder || image.find(target)?.stats.isDirectory() ? path.posix.join(target, name) : target
  for (const entry of texts) {
    const added = await layer.add(fileTarget(path.posix.basename(entry.path)), entry)
    if (!added.ok) return added
  }
  for (const written of paths) {
    const found = findAll(source, written)
    if (!found) return missingSource(options, written)
    for (const { entry, name } of found) {
      const added = entry.stats.isDirectory()
        ? await layer.addContents(target, entry)
        : await layer.addFile(fileTarget(name), entry)
      if (!added.ok) return added
    }
  }
  return ok(layer.entries)
}

/** A path with wildcards may match nothing; another one has to be there. */
function findAll(
  source: CopySource,
  written: string,
): readonly { readonly entry: ViewedEntry; readonly name: string }[] | undefined {
  const below = belowRoot(written)
  const name = path.posix.basename(below)
  const plain = source.find(`/${below}`)
  if (plain) return [{ entry: plain, name }]
  if (!hasWildcard(below)) return undefined
  const root = source.find('/')
  let found = root ? [{ entry: root, name: '' }] : []
  for (const segment of below.split('/')) {
    const matches = compileSegment(segment)
    found = found.flatMap(({ entry }) =>
      entry.stats.isDirectory()
        ? source
            .list(entry)
            .map(inside => ({ inside, name: path.posix.basename(inside.path) }))
            .filter(({ name }) => matches(name))
            .flatMap(({ inside, name }) => {
              const end = source.find(inside.path)
              return end ? [{ entry: end, name }] : []
            })
        : [],
    )
  }
  return found
}

/** The entries of a layer, with the folders above each. */
class LayerUnderWay {
  readonly #entries = new Map<string, LayerEntry>()
  /** What is in the folders that the image has already, by its name; looked up once, since files are many. */
  readonly #there = new Map<string, ReadonlyMap<string, ViewedEntry>>()
  readonly #options: CopyOptions

  constructor(options: CopyOptions) {
    this.#options = options
    for (const entry of options.before ?? []) this.#entries.set(`/${entry.path}`, entry)
  }

  get entries(): readonly LayerEntry[] {
    return [...this.#entries.values()]
  }

  /** @param target absolute, without links. */
  async addContents(target: string, folder: ViewedEntry): Promise<Result<void>> {
    const made = await this.#addFolder(target)
    if (!made.ok) return made
    for (const inside of this.#options.source.list(folder)) {
      const place = path.posix.join(target, path.posix.basename(inside.path))
      if (!inside.stats.isDirectory()) {
        const added = await this.addFile(place, inside)
        if (!added.ok) return added
        continue
      }
      const entry = await entryOf(inside.file, inside.stats, place.slice(1))
      const added = entry ? await this.add(place, entry) : ok(undefined)
      const contents = added.ok ? await this.addContents(place, inside) : added
      if (!contents.ok) return contents
    }
    return ok(undefined)
  }

  async addFile(target: string, file: ViewedEntry): Promise<Result<void>> {
    const entry = await entryOf(file.file, file.stats, target.slice(1))
    // Sockets, pipes and devices belong to processes.
    return entry && entry.kind !== 'whiteout' ? this.add(target, entry) : ok(undefined)
  }

  async add(target: string, entry: LayerEntry): Promise<Result<void>> {
    const { spot, source, owner = source.owner, mode } = this.#options
    const made = await this.#addFolder(path.posix.dirname(target))
    if (!made.ok) return made
    const isFolder = this.#isFolder(target)
    if (isFolder !== undefined && isFolder !== (entry.kind === 'folder')) {
      const what = isFolder ? 'a directory' : 'not a directory'
      return failAt(
        spot,
        `cannot copy to ${target}: it is ${what} already`,
        'Choose another destination, or leave one of the two out.',
      )
    }
    const own = mode === undefined || entry.kind === 'link' ? entry.mode : (entry.mode & 0o7000) | mode
    this.#entries.set(target, { ...entry, ...owner, mode: own, path: target.slice(1) })
    return ok(undefined)
  }

  /**
   * What is at a path already, in this layer or else in the image; undefined where nothing is. A link is no folder: what is laid
   * below one would be written to where it leads.
   */
  #isFolder(target: string): boolean | undefined {
    const own = this.#entries.get(target)
    if (own) return own.kind === 'folder'
    const there = this.#there.get(path.posix.dirname(target))?.get(path.posix.basename(target))
    return there?.stats.isDirectory()
  }

  /** A folder that the image has keeps what it is like there. */
  async #addFolder(target: string): Promise<Result<void>> {
    if (this.#there.has(target)) return ok(undefined)
    const { image, owner, spot } = this.#options
    if (target === '/') {
      this.#look(image.find(target))
      return ok(undefined)
    }
    const above = await this.#addFolder(path.posix.dirname(target))
    if (!above.ok) return above
    const isNew = this.#there.get(path.posix.dirname(target))?.has(path.posix.basename(target)) === false
    const there = isNew ? undefined : image.find(target)
    this.#look(there, target)
    if (this.#entries.has(target)) return ok(undefined)
    if (there && !there.stats.isDirectory()) {
      return failAt(spot, `cannot copy into ${target}: it is not a directory`, 'Choose another destination.')
    }
    const name = target.slice(1)
    const known = there && (await entryOf(there.file, there.stats, name))
    const { modified: _, ...entry } = known ?? newFolder(name, owner)
    this.#entries.set(target, entry)
    return ok(undefined)
  }

  #look(folder: ViewedEntry | undefined, target = '/'): void {
    const inside = folder?.stats.isDirectory() ? this.#options.image.list(folder) : []
    this.#there.set(target, new Map(inside.map(entry => [path.posix.basename(entry.path), entry])))
  }
}

export function newFolder(name: string, owner: Owner = { user: 0, group: 0 }): LayerEntry {
  return { path: name, kind: 'folder', mode: 0o755, ...owner, content: '' }
}

function missingSource({ spot, source }: CopyOptions, written: string): Result<never> {
  return failAt(
    spot,
    `"/${belowRoot(written)}": not found in ${source.description}`,
    source.owner
      ? 'COPY finds only what is in the build context and not ignored by .dockerignore: correct the path, or the context in the Devfile.'
      : 'Correct the path, or the step that makes the file.',
  )
}
