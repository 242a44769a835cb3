import { lstatSync, readdirSync } from 'node:fs'
import { mkdir, readdir, rename, rm, rmdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { exec } from '../../../util/exec.ts'
import { createPace } from '../../../util/pace.ts'
import { quote, type Root } from '../../runtime/root.ts'
import { entryOf, type LayerEntry, layerDigest } from '../layer.ts'
import type { LayerStore, StoredLayer } from '../layer-store.ts'
import type { LayeredView } from '../layered-view.ts'
import { ownNamespaces } from './run.ts'

export interface RunLayerOptions {
  readonly root: Root
  /** What was made for mounts, the deepest first; absolute. */
  readonly madeForMounts: readonly string[]
  /** The image below. */
  readonly image: LayeredView
  readonly layers: LayerStore
  /** An empty folder, absolute, on the file system of the layers. */
  readonly folder: string
  readonly signal: AbortSignal
}

/**
 * Makes a layer of what a command has changed: the changes of the host's folders are put where they belong.
 *
 * @returns undefined where it has changed nothing, or `signal` is aborted
 */
export async function takeChanges(options: RunLayerOptions): Promise<StoredLayer | undefined> {
  const { root, madeForMounts, image, layers, signal } = options
  const [first, ...others] = root.changes
  const content = first?.folder ?? ''
  for (const { place, folder } of others) {
    if ((await readdir(folder)).length === 0) continue
    const target = path.join(content, place)
    await mkdir(path.dirname(target), { recursive: true })
    await rename(folder, target)
  }
  for (const place of madeForMounts) await removeEmpty(path.join(content, place))
  const entries = await scan(content)
  if (entries.length === 0) return undefined
  const folders = entries.filter(({ kind, path }) => kind === 'folder' && isFolder(image, path))
  const opaque = await findOpaque(content, folders, options)
  if (signal.aborted) return undefined
  return layers.keep(layerDigest(entries, opaque), content, opaque)
}

async function removeEmpty(file: string): Promise<void> {
  const stats = lstatSync(file, { throwIfNoEntry: false })
  if (stats?.isDirectory() && readdirSync(file).length === 0) await rmdir(file)
  if (stats?.isFile() && stats.size === 0) await rm(file)
}

async function scan(folder: string): Promise<readonly LayerEntry[]> {
  const entries: LayerEntry[] = []
  const pace = createPace()
  for (const { parentPath, name } of await readdir(folder, { recursive: true, withFileTypes: true })) {
    await pace()
    const file = path.join(parentPath, name)
    const entry = await entryOf(file, lstatSync(file), path.relative(folder, file))
    if (entry) entries.push(entry)
  }
  return entries
}

function isFolder(image: LayeredView, name: string): boolean {
  return image.find(`/${name}`)?.stats.isDirectory() ?? false
}

const probeName = '.devloop-probe-'

/**
 * Finds the folders that were removed and made anew: they hide what lower layers have in them. The kernel notes it in an
 * extended attribute, which Node cannot read; so it is asked by an overlay on a tree of probes, whose probe does not show.
 */
async function findOpaque(
  content: string,
  folders: readonly LayerEntry[],
  { folder, signal }: Pick<RunLayerOptions, 'folder' | 'signal'>,
): Promise<readonly string[]> {
  if (folders.length === 0) return []
  const [probes, merged] = [path.join(folder, 'probes'), path.join(folder, 'merged')]
  for (const [index, { path: name }] of folders.entries()) {
    await mkdir(path.join(probes, name), { recursive: true })
    await writeFile(path.join(probes, name, `${probeName}${index}`), '')
  }
  await mkdir(merged)
  const script = [
    'set -e',
    `cd ${quote(folder)}`,
    `mount -t overlay -o userxattr,lowerdir=${quote(path.relative(folder, content))}:probes devloop merged`,
    `find merged -name '${probeName}*'`,
  ].join('\n')
  const seen = new Set<number>()
  const outcome = await exec({
    command: 'unshare',
    args: [...ownNamespaces(), 'sh', '-c', script],
    signal,
    onLine: line => {
      const index = /-(\d+)$/.exec(line)?.[1]
      if (index !== undefined) seen.add(Number(index))
    },
  })
  if (outcome.status !== 'succeeded' && !signal.aborted)
    throw new Error(`the layer's folders could not be examined: ${outcome.status}`)
  return folders.filter((_, index) => !seen.has(index)).map(({ path: name }) => name)
}
