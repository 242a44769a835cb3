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
  load(): Promise<Result<Project, readonly Failure[]>>
}

/** Loads one Devfile again and again, and knows which files it is made of. */
export function openDevfile({ path, profile, args }: DevfileRequest): Devfile {
  let files: readonly string[] = [path]
  return {
    path,
    get files() {
      return files
    },
    async load() {
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
