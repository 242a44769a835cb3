import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import type { Failure } from '../../model/failure.ts'
import { fail } from '../../model/result.ts'
import type { SyncRule, SyncSetting } from '../../model/sync.ts'
import { escapeGlob } from '../../util/glob.ts'
import type { LiveCompile } from '../builder.ts'
import type { DockerCommand } from '../docker-command.ts'
import type { JvmProject } from './project.ts'
import type { Reloader } from './reloader.ts'
import { runTool, type ToolRun } from './tool.ts'

/** What a definition says of compiling in place of a new image. */
interface LiveWish {
  /** Where it is not said, what the build file says of a reloader decides. */
  readonly live?: boolean
  readonly sync: SyncSetting
}

export interface LiveOptions {
  readonly project: JvmProject
  readonly reloader: Reloader
  /** Folders that the compiler writes, or globs, relative to the module, and where they belong in the container. */
  readonly outputs: readonly { readonly from: string; readonly to: string }[]
  /** How the tool is told to compile the module. */
  readonly run: ToolRun
  readonly env: DockerCommand['env']
}

/** Whether sources are to be compiled for running containers. */
export function isLive({ live, sync }: LiveWish, reloader: Reloader): boolean {
  return sync.kind !== 'off' && (live ?? reloader !== 'none')
}

/**
 * Compiles a module's own sources. Those of modules that it depends on are jars in the image, so that their change needs a new one.
 */
export function liveCompile({ project, reloader, outputs, run, env }: LiveOptions): LiveCompile {
  const { module } = project
  const rules = outputs.map(
    ({ from, to }): SyncRule => ({
      from: path.join(escapeGlob(module), from),
      to,
      ...(reloader !== 'in-image' && { after: 'restart' }),
    }),
  )
  return {
    sources: [path.join(module, 'src')],
    outputs: rules,
    async compile({ signal, onLine }) {
      const ran = await runTool(run, { env, signal, onLine })
      if (!ran.ok || outputs.some(({ from }) => existsSync(path.join(module, from)))) return ran
      return fail(outputsElsewhere(run, module, outputs[0]?.from ?? ''))
    },
  }
}

/** The languages of a module, for Gradle's folders: each compiler writes into one of its own. */
export async function languagesOf(module: string): Promise<readonly string[]> {
  const known = ['java', 'kotlin', 'groovy', 'scala']
  const folders = await readdir(path.join(module, 'src', 'main')).catch((): string[] => [])
  // Kotlin and Groovy compile what lies in src/main/java, too.
  return ['java', ...known.slice(1).filter(language => folders.includes(language))]
}

function outputsElsewhere({ goal }: ToolRun, module: string, folder: string): Failure {
  return {
    code: 'build/failed',
    message: `${goal} ended well, but left no classes in ${folder}.`,
    at: { file: module },
    why: 'devloop takes the classes from where the tool puts them by default.',
    cure: 'Write live: false in the Devfile, so that every change is a new image, or sync rules of your own.',
  }
}
