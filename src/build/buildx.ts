import type { DockerCommand } from './docker-command.ts'

/** A command line that takes `build` with its options, and what it needs in its environment. */
export interface BuildCommand {
  readonly command: string
  readonly env: Readonly<Record<string, string>>
}

/** Milliseconds in which docker is to say where its plugin is. */
const askMs = 10_000

const commands = new WeakMap<DockerCommand, Promise<BuildCommand>>()

/**
 * The program to build with: docker's own plugin for it, since to be called by way of docker takes a process more, and 70 ms of a cached
 * build's 240. Docker is asked once where it is (40 ms); where it does not say, it is docker itself.
 */
export function buildCommand(docker: DockerCommand): Promise<BuildCommand> {
  const known = commands.get(docker) ?? findCommand(docker)
  commands.set(docker, known)
  return known
}

async function findCommand(docker: DockerCommand): Promise<BuildCommand> {
  const asked = await docker.run(['info', '--format', format], AbortSignal.timeout(askMs))
  const [context, plugin] = (asked.ok && asked.value[0]?.split('\t')) || []
  if (!context || !plugin) {
    // An engine that is away may tell the next time.
    if (!asked.ok) commands.delete(docker)
    return { command: docker.command, env: {} }
  }
  // As `docker build` does: the builder of the engine that is spoken to, unless the user names one.
  const builder = docker.env.BUILDX_BUILDER ?? process.env.BUILDX_BUILDER ?? context
  return { command: plugin, env: { BUILDX_BUILDER: builder } }
}

const format =
  '{{.ClientInfo.Context}}\t{{range .ClientInfo.Plugins}}{{if eq .Name "buildx"}}{{.Path}}{{end}}{{end}}'
