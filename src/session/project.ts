import type { Failure } from '../model/failure.ts'
import type { Project } from '../model/project.ts'
import { fail, ok, type Result } from '../model/result.ts'
import { type Devfile, openDevfile } from './devfile.ts'
import { locateDevfile } from './locate.ts'

/** What the command line says of the project and the cluster. */
export interface ProjectOptions {
  /** The Devfile; absent: found here or in a folder above. */
  readonly file?: string
  readonly profile?: string
  readonly context?: string
  readonly kubeconfig?: string
  /** What follows `--`. */
  readonly args: readonly string[]
}

export interface LoadedProject {
  readonly devfile: Devfile
  readonly project: Project
}

/** Finds and loads the Devfile that the command line means. */
export async function loadProject(
  options: ProjectOptions,
): Promise<Result<LoadedProject, readonly Failure[]>> {
  const { profile, args } = options
  const found = locateDevfile(options)
  if (!found.ok) return fail([found.failure])
  const devfile = openDevfile({
    path: found.value,
    args,
    ...(profile !== undefined && { profile }),
  })
  const project = await devfile.load()
  return project.ok ? ok({ devfile, project: project.value }) : project
}
