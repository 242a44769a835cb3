import path from 'node:path'
import { isProgram, locate } from '../util/container-tool.ts'
import { dockerSettings } from '../util/docker-settings.ts'
import type { DockerCommand } from './docker-command.ts'

/** A command line that takes `build` with its options, and what it needs in its environment. */
export interface BuildCommand {
  readonly command: string
  readonly env: Readonly<Record<string, string>>
}

/**
 * The program to build with: docker's own plugin for it, since to be called by way of docker takes a process more, and 70 ms of a cached
 * build's 240. Where it is not in one of docker's folders for plugins, it is docker itself.
 */
export function buildCommand({ command, env: own }: DockerCommand): BuildCommand {
  const env = { ...process.env, ...own }
  const quiet = withoutGit(env)
  const { context, pluginFolders } = dockerSettings(env)
  const plugin = pluginFolders.map(folder => path.join(folder, pluginFile)).find(isProgram)
  // Without docker itself nothing else would work: that is to be said first.
  if (plugin === undefined || locate(command, env) === undefined) return { command, env: quiet }
  // As `docker build` does: the builder of the engine that is spoken to, unless the user names one.
  const builder = env.BUILDX_BUILDER ?? context
  return { command: plugin, env: { ...quiet, ...oneThread(env), BUILDX_BUILDER: builder } }
}

const pluginFile = process.platform === 'win32' ? 'docker-buildx.exe' : 'docker-buildx'

/**
 * The plugin asks git about the context's folder, for attestations that devloop does without; in a large repository this takes
 * longer than a cached build. Labels of git are only made where the user asks for them
 * (https://docs.docker.com/build/building/variables/#buildx_git_info).
 */
function withoutGit(env: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  const isAsked = env.BUILDX_GIT_LABELS !== undefined || env.BUILDX_GIT_INFO !== undefined
  return isAsked ? {} : { BUILDX_GIT_INFO: 'false' }
}

/**
 * The plugin mostly waits, and Go would spread that over all cores: with one thread for it a build of 8 s takes 85 ms of CPU in place of
 * 120, which the builds beside it get, and large contexts are sent as quickly.
 */
function oneThread(env: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  return env.GOMAXPROCS === undefined ? { GOMAXPROCS: '1' } : {}
}
