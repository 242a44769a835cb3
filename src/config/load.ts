import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Failure } from '../model/failure.ts'
import type { Project } from '../model/project.ts'
import { fail, ok, type Result } from '../model/result.ts'
import { within } from '../util/within.ts'
import { toFailures } from './diagnostics.ts'
import { evaluate } from './evaluate.ts'
import type { Devfile, DevfileContext } from './input.ts'
import { explainThrown, wantedFile } from './load-failure.ts'
import { openModuleLog } from './modules.ts'
import { resolveProject } from './resolve.ts'

export { findDevfile } from './find.ts'

export interface DevfileSource {
  /** Absolute. */
  readonly path: string
  readonly profile?: string
  /** What follows `--` on the command line. */
  readonly args: readonly string[]
  readonly env: NodeJS.ProcessEnv
  /** The folder that devloop was started in, absolute. */
  readonly cwd: string
  /** The file that `import 'devloop'` in a Devfile leads to. */
  readonly devloopEntry: string
}

export interface LoadedDevfile {
  readonly result: Result<Project, readonly Failure[]>
  /**
   * The Devfile and every file of the user's that it imported, or wanted to, absolute; also when loading failed.
   * Installed packages are left out.
   */
  readonly files: readonly string[]
}

/** Milliseconds for a Devfile to run to its end, its function included. */
const limitMs = 30_000

/** Loads a Devfile, afresh each time, and resolves it. Never rejects for what the Devfile does. */
export async function loadDevfile(source: DevfileSource): Promise<LoadedDevfile> {
  const { path: file, profile } = source
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => error)
  if (typeof text !== 'string') return { result: fail([unreadable(file, text)]), files: [file] }

  const { input, files } = await run(source, text)
  if (!input.ok) return { result: fail([input.failure]), files }

  const root = path.dirname(file)
  const project = resolveProject(input.value, {
    root,
    hasDockerfile: existsSync(path.join(root, 'Dockerfile')),
    ...(profile !== undefined && { profile }),
  })
  return { result: project.ok ? project : fail(toFailures(project.failure, { file, text })), files }
}

interface Run {
  readonly input: Result<unknown>
  readonly files: readonly string[]
}

async function run(source: DevfileSource, text: string): Promise<Run> {
  const { path: file, devloopEntry, env } = source
  const devloop: object = await import(pathToFileURL(devloopEntry).href)
  const modules = openModuleLog()
  try {
    const input = await within(limitMs, async () => {
      const exported = await exportOf(await evaluate({ path: file, text, env, devloop }, modules))
      return isDevfile(exported) ? ok(await inputOf(exported, source)) : fail(wrongExport(file, exported))
    })
    return { input: input ?? fail(tooSlow(file)), files: [...new Set([file, ...modules.end()])] }
  } catch (thrown) {
    const files = [...new Set([file, ...modules.end()])]
    const wanted = wantedFile(thrown)
    return {
      input: fail(explainThrown(thrown, { devfile: file, files })),
      files: wanted === undefined ? files : [...files, wanted],
    }
  }
}

/** A CommonJS module exports the Devfile as its whole self. */
function exportOf(module: object): unknown {
  if ('default' in module) return module.default
  return isDevfile(module) ? module : undefined
}

function isDevfile(value: unknown): value is Devfile {
  return (
    typeof value === 'object' &&
    value !== null &&
    'kind' in value &&
    value.kind === 'devfile' &&
    'input' in value
  )
}

function inputOf({ input }: Devfile, { profile, args, env, cwd }: DevfileSource): unknown {
  const context: DevfileContext = { profile, args, env, cwd }
  return typeof input === 'function' ? input(context) : input
}

function wrongExport(file: string, exported: unknown): Failure {
  return {
    code: 'config/load',
    message:
      exported === undefined
        ? 'The Devfile has no default export.'
        : "The Devfile's default export does not come from defineDevfile.",
    at: { file },
    cure: "Write: import { defineDevfile } from 'devloop'; export default defineDevfile({ … })",
  }
}

function tooSlow(file: string): Failure {
  return {
    code: 'config/load',
    message: `The Devfile did not come to its end within ${limitMs / 1_000} s.`,
    at: { file },
    cure: 'Look for a promise in it that is never fulfilled, or for work that belongs into a build.',
  }
}

function unreadable(file: string, error: NodeJS.ErrnoException): Failure {
  if (error.code === 'ENOENT') {
    return {
      code: 'config/not-found',
      message: 'The Devfile is gone.',
      at: { file },
      cure: 'Put it back, or stop devloop; until then what was loaded last is kept.',
    }
  }
  return {
    code: 'config/load',
    message: 'The Devfile cannot be read.',
    at: { file },
    why: error.message,
    cure: 'Make it a file that you may read.',
  }
}
