import { mkdir, mkdtemp, readdir, readFile, readlink, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { SyncEdit } from '../../src/model/sync.ts'

/** A host's folder, to be synced into another one that stands for a container's. Both are gone at the end. */
export interface Trees extends AsyncDisposable {
  readonly host: string
  readonly container: string
}

export async function makeTrees(): Promise<Trees> {
  const root = await mkdtemp(path.join(tmpdir(), 'devloop-trees-'))
  const [host, container] = [path.join(root, 'host/app'), path.join(root, 'container/app')]
  for (const folder of [host, container]) await mkdir(folder, { recursive: true })
  return { host, container, [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }) }
}

/** The edits of files, by their names below both folders. */
export function edits(
  { host, container }: Trees,
  names: readonly string[],
  more?: Partial<SyncEdit>,
): SyncEdit[] {
  return names.map(name => ({
    path: `${host}/${name}`,
    target: `${container}/${name}`,
    runs: [],
    version: 1,
    ...more,
  }))
}

/** Everything below a folder: contents of files, destinations of links, `null` for a folder. */
export async function contentsOf(folder: string): Promise<Record<string, string | null>> {
  const found: Record<string, string | null> = {}
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const full = path.join(entry.parentPath, entry.name)
    const name = path.relative(folder, full)
    if (entry.isSymbolicLink()) found[name] = `→ ${await readlink(full)}`
    else found[name] = entry.isDirectory() ? null : await readFile(full, 'utf8')
  }
  return found
}
