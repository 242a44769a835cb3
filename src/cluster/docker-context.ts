import { dockerContextNames } from '../util/docker-settings.ts'
import { sandboxFolder, sandboxImageSocket } from '../util/sandbox-place.ts'
import type { PermittedContext } from './contexts.ts'
import type { LocalTool } from './local-cluster.ts'
import { minikubeEngineEnv } from './minikube.ts'
import type { EngineAddress, EngineEnv } from './provider.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** What makes the images for a cluster: the sandbox does it itself; for the others docker does, or what is used like it. */
export async function engineOf(
  permitted: PermittedContext,
  env: Environment,
  signal: AbortSignal,
): Promise<EngineAddress> {
  if (permitted.tool?.name === 'the sandbox')
    return { kind: 'sandbox', socket: sandboxImageSocket(sandboxFolder(env)) }
  return { kind: 'docker', env: await engineEnvOf(permitted, env, signal) }
}

/**
 * Makes the docker command line use the engine of the cluster, where that is not the one it would use by itself: tools
 * such as Docker Desktop and colima add a context of their own to docker's configuration, and minikube tells the address of the
 * engine in its node. What the user chose in the environment stays.
 */
export async function engineEnvOf(
  permitted: PermittedContext,
  env: Environment,
  signal: AbortSignal,
): Promise<EngineEnv> {
  if (env.DOCKER_HOST || env.DOCKER_CONTEXT) return {}
  if (permitted.tool?.name === 'minikube') return minikubeEngineEnv(permitted.context.clusterName, signal)
  const dockerContext = dockerContextOf(permitted)
  if (!dockerContext) return {}
  return dockerContextNames(env).includes(dockerContext) ? { DOCKER_CONTEXT: dockerContext } : {}
}

/** The name that the tool gives its engine among docker's contexts. */
function dockerContextOf({ tool, context }: PermittedContext): string | undefined {
  const names: Partial<Record<LocalTool['name'], string>> = {
    'Docker Desktop': 'desktop-linux',
    OrbStack: 'orbstack',
    'Rancher Desktop': 'rancher-desktop',
    colima: context.name,
  }
  return tool && names[tool.name]
}
