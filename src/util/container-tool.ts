import { accessSync, constants, readFileSync, realpathSync, statSync } from 'node:fs'
import path from 'node:path'

/** Command lines that build, name and list images in much the same words. */
export type ContainerTool = 'docker' | 'podman' | 'nerdctl'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Which of them to use: the one that the environment speaks of, else the first that is installed; docker where there is
 * none, so that its absence is told.
 */
export function findContainerTool(env: Environment): ContainerTool {
  const chosen = chosenByEnvironment(env) ?? tools.find(tool => locate(tool, env) !== undefined) ?? 'docker'
  return chosen === 'docker' ? unmask(locate('docker', env)) : chosen
}

const tools: readonly ContainerTool[] = ['docker', 'podman', 'nerdctl']

/**
 * By the variables that say for each tool which engine it is to use: kind's own (it knows the same three), docker's
 * (https://docs.docker.com/reference/cli/docker/#environment-variables), podman's (podman-remote(1), and what
 * `minikube podman-env` sets), nerdctl's (its docs/config.md).
 */
function chosenByEnvironment(env: Environment): ContainerTool | undefined {
  const forKind = tools.find(tool => tool === env.KIND_EXPERIMENTAL_PROVIDER)
  if (forKind) return forKind
  if (env.DOCKER_HOST || env.DOCKER_CONTEXT) return 'docker'
  if (env.CONTAINER_HOST || env.CONTAINER_CONNECTION) return 'podman'
  return env.CONTAINERD_ADDRESS || env.NERDCTL_TOML ? 'nerdctl' : undefined
}

/** The file that a shell would run. */
export function locate(command: string, env: Environment): string | undefined {
  const folders = (env.PATH ?? '').split(path.delimiter).filter(folder => folder !== '')
  return folders.map(folder => path.join(folder, command)).find(isProgram)
}

export function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}

/** Larger ones are programs of their own. */
const maxScriptBytes = 4_096

/** A `docker` that is another tool: a link to it, or the script of the package podman-docker. */
function unmask(file: string | undefined): ContainerTool {
  if (file === undefined) return 'docker'
  const real = realpathSync(file)
  const byName = tools.find(tool => tool === path.basename(real))
  if (byName && byName !== 'docker') return byName
  if (statSync(real).size > maxScriptBytes) return 'docker'
  const script = readFileSync(real, 'utf8')
  return tools.find(tool => new RegExp(`^\\s*exec (?:\\S*/)?${tool} `, 'm').test(script)) ?? 'docker'
}
