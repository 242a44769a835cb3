import { createRequire } from 'node:module'
import path from 'node:path'

/** The files that a Devfile is made of, as they are loaded. */
export interface ModuleLog {
  /** jiti's own record, by absolute path; what is in it is not loaded a second time. */
  readonly transpiled: Record<string, never>
  /**
   * Ends the log: the next load reads everything anew. Gives the user's own files, also those that failed to load, and
   * nothing of installed packages.
   */
  end(): readonly string[]
}

/** The modules that Node loaded with `require`: an edit of one is not seen while it is in here. */
const { cache } = createRequire(import.meta.url)

export function openModuleLog(): ModuleLog {
  const before = new Set(Object.keys(cache))
  const transpiled: Record<string, never> = {}
  return {
    transpiled,
    end() {
      const required = Object.keys(cache).filter(file => !before.has(file) && isOfUser(file))
      for (const file of required) delete cache[file]
      return [...Object.keys(transpiled).filter(isOfUser), ...required]
    },
  }
}

function isOfUser(file: string): boolean {
  return path.isAbsolute(file) && !file.split(path.sep).includes('node_modules')
}
