import { mkdir } from 'node:fs/promises'
import { homedir } from 'node:os'
import path from 'node:path'
import { createJiti } from 'jiti'
import type { ModuleLog } from './modules.ts'

export interface Source {
  /** Absolute. */
  readonly path: string
  readonly text: string
  readonly env: NodeJS.ProcessEnv
  /** What `import 'devloop'` gives, so that a Devfile works where devloop is not installed. */
  readonly devloop: object
}

/**
 * Runs a Devfile, TypeScript or JavaScript, and gives what its module exports. It is run anew each time, and so is all
 * that it imports, but for installed packages and for JavaScript modules that it loads with `import()`.
 *
 * @throws what the Devfile throws, and its syntax errors and missing imports (load-failure.ts explains them).
 */
export async function evaluate(source: Source, modules: ModuleLog): Promise<object> {
  const { path: file, text } = source
  const transpiler = createJiti(file, { fsCache: false, moduleCache: false })
  const jiti = createJiti(file, {
    moduleCache: false,
    fsCache: await cacheFolder(source.env),
    virtualModules: { devloop: source.devloop },
    // Only the Devfile itself runs as an async function, for its top-level `await`. What it imports is loaded as by
    // `require`: jiti would otherwise leave JavaScript modules to Node, which never loads one a second time.
    transform: options => ({ code: transpiler.transform({ ...options, async: false }) }),
  })
  const options = { filename: file, async: true, forceTranspile: true, cache: modules.transpiled }
  return (await jiti.evalModule(text, options)) as object
}

/**
 * Where transpiled files are kept, as loading the transpiler takes longer than all the rest; one file a source file.
 * Only the user may read them.
 */
async function cacheFolder(env: NodeJS.ProcessEnv): Promise<string | false> {
  const caches = path.join(homedir(), process.platform === 'darwin' ? 'Library/Caches' : '.cache')
  const folder = path.join(env.XDG_CACHE_HOME || caches, 'devloop', 'devfiles')
  const isThere = await mkdir(folder, { recursive: true, mode: 0o700 }).then(
    () => true,
    () => false,
  )
  return isThere && folder
}
