import { chmod, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Failure } from '../../src/model/failure.ts'
import type { InputSet } from '../../src/model/files.ts'
import { createFileWatcher, type FileBatch, type FileWatcher } from '../../src/watch/watcher.ts'

/** A real watcher on a real folder, and all that it told. */
export interface Rig {
  readonly folder: string
  readonly watcher: FileWatcher
  readonly batches: FileBatch[]
  readonly failures: Failure[]
  /** Absolute path in the folder. */
  at(...names: string[]): string
  /** Watches the paths, or else the whole folder, as `image:web`. */
  watch(roots?: readonly string[], ignores?: InputSet['ignores']): Promise<void>
  /** All changes so far, as `changed a/b`. */
  told(): readonly string[]
  /** Resolves when the changes so far satisfy the condition. */
  until(isSatisfied: (told: readonly string[]) => boolean): Promise<void>
  /** Everything told since the last call, when a marker file that is written now has been told. */
  settle(): Promise<readonly string[]>
}

export async function temporaryFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'devloop-watch-')))
  // For the test in which the process has no rights of its own.
  await chmod(folder, 0o755)
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

export async function createRig(): Promise<Rig> {
  const folder = await temporaryFolder()
  const markers = await temporaryFolder()
  const batches: FileBatch[] = []
  const failures: Failure[] = []
  const listeners = new Set<() => void>()
  const watcher = createFileWatcher({
    onBatch(batch) {
      batches.push(batch)
      for (const listener of listeners) listener()
    },
    onFailure(failure) {
      failures.push(failure)
      for (const listener of listeners) listener()
    },
  })
  onTestFinished(() => watcher.close())

  const changes = () =>
    batches.flatMap(batch => batch.changes).filter(({ path }) => !path.startsWith(markers))
  const told = () => changes().map(({ kind, path }) => `${kind} ${path.slice(folder.length + 1)}`)

  function until(isSatisfied: () => boolean): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const check = () => {
      if (!isSatisfied()) return
      listeners.delete(check)
      resolve()
    }
    listeners.add(check)
    check()
    return promise
  }

  let markerCount = 0
  let settledCount = 0
  return {
    folder,
    watcher,
    batches,
    failures,
    at: (...names) => join(folder, ...names),
    watch: (roots = [folder], ignores) =>
      watcher.watch([
        { id: 'image:web', roots, ...(ignores && { ignores }) },
        { id: 'service:marker', roots: [markers] },
      ]),
    told,
    until: isSatisfied => until(() => isSatisfied(told())),
    async settle() {
      const marker = join(markers, String(markerCount++))
      await writeFile(marker, 'marker')
      await until(() => batches.some(batch => batch.changes.some(({ path }) => path === marker)))
      const fresh = told().slice(settledCount)
      settledCount += fresh.length
      return fresh
    },
  }
}
