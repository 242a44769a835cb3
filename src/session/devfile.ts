import { statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { loadDevfile } from '../config/load.ts'
import type { Failure } from '../model/failure.ts'
import type { Project } from '../model/project.ts'
import { fail, ok, type Result } from '../model/result.ts'

export interface DevfileRequest {
  /** Absolute. */
  readonly path: string
  readonly profile?: string
  /** What follows `--` on the command line. */
  readonly args: readonly string[]
}

export interface Devfile {
  readonly path: string
  /** The Devfile and the files that it imports, as of the last load, good or not. */
  readonly files: readonly string[]
  /** Whether one of its files may have changed since it was last loaded, before it was watched. */
  hasChanged(): boolean
  load(): Promise<Result<Project, readonly Failure[]>>
}

/** Loads one Devfile again and again, and knows which files it is made of. */
export function openDevfile({ path, profile, args }: DevfileRequest): Devfile {
  let files: readonly string[] = [path]
  /** Milliseconds since 1970. */
  let loadedAt = 0
  return {
    path,
    get files() {
      return files
    },
    hasChanged() {
      const now = Date.now()
      // A time that is still to come is a clock that was set back, and would never pass.
      return files.map(changedAt).some(time => time >= loadedAt && time <= now)
    },
    async load() {
      loadedAt = Date.now() - clockTickMs
      const loaded = await loadDevfile({
        path,
        args,
        env: process.env,
        cwd: process.cwd(),
        devloopEntry: fileURLToPath(import.meta.resolve('devloop')),
        ...(profile !== undefined && { profile }),
      })
      // A file that a broken Devfile no longer mentions may be the one that mends it.
      files = loaded.result.ok ? loaded.files : [...new Set([...files, ...loaded.files])]
      return loaded.result.ok ? ok(loaded.result.value) : fail(loaded.result.failure)
    },
  }
}

/** File systems stamp files with a clock that may be this far behind, in milliseconds. */
const clockTickMs = 10

/** When the content, the name or the rights of a file last changed, in milliseconds since 1970. */
function changedAt(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.ctimeMs ?? 0
}
