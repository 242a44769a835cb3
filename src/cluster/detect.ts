import { fail, ok, type Result } from '../model/result.ts'
import { hostOf, isLoopback } from './address.ts'
import type { PermittedContext } from './contexts.ts'
import { engineEnvOf } from './docker-context.ts'
import type { LocalTool } from './local-cluster.ts'
import type { ClusterProvider } from './provider.ts'
import { sharedEngine } from './shared-engine.ts'

export interface ClusterFacts {
  readonly permitted: PermittedContext
  /** Of each node: `docker://20.10.24`, `containerd://1.7.2`. */
  readonly containerRuntimes: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
}

/** Finds out how an image gets into the cluster. */
export function detectProvider(facts: ClusterFacts): Result<ClusterProvider> {
  const { permitted, env } = facts
  const obstacle = obstacleToSharing(facts)
  const name = permitted.tool?.name ?? permitted.context.name
  if (obstacle === undefined) return ok(sharedEngine(name, engineEnvOf(dockerContextOf(permitted), env)))
  return fail({
    code: 'cluster/no-provider',
    message: `devloop cannot bring images into ${describeCluster(permitted)} yet`,
    why: obstacle,
    cure: cureFor(permitted),
  })
}

/** Why the cluster does not run on the engine that builds the images; `undefined`: it does. */
function obstacleToSharing({ permitted, containerRuntimes, env }: ClusterFacts): string | undefined {
  const { tool, context } = permitted
  if (containerRuntimes.length === 0) return 'it has no node'
  if (containerRuntimes.length > 1)
    return `it has ${containerRuntimes.length} nodes, each with images of its own`
  const runtime = containerRuntimes[0] ?? ''
  if (!runtime.startsWith('docker://'))
    return `its node runs ${runtime}, which does not see the images of Docker`
  if (tool?.name === 'kind' || tool?.name === 'k3d') return 'its node has an engine of its own'
  if (tool?.name === 'minikube' && env.MINIKUBE_ACTIVE_DOCKERD !== context.clusterName) {
    return "minikube's node has a Docker engine of its own, and this shell does not use it"
  }
  // A cluster that devloop does not know is taken for one on this machine only where its address can be nothing else.
  if (!tool && !isLoopback(hostOf(context.server) ?? '')) return 'its node is not on this machine'
  return undefined
}

function cureFor({ tool, context }: PermittedContext): string {
  const later = 'Loading images into it comes with a later version of devloop.'
  const alternatives = 'Docker Desktop, OrbStack, Rancher Desktop (moby), colima or minikube'
  switch (tool?.name) {
    case 'minikube':
      return `run \`eval $(minikube --profile ${context.clusterName} docker-env)\` in this shell (one node, runtime docker), then devloop again`
    case 'colima':
      return '`colima start --kubernetes --runtime docker` makes images visible at once'
    case 'Rancher Desktop':
      return "choose the container engine dockerd (moby) in Rancher Desktop's preferences"
    default:
      return `${later} What works now is a cluster on the Docker engine itself: ${alternatives}`
  }
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

function describeCluster({ tool, context }: PermittedContext): string {
  return tool ? `${tool.name} (context ${context.name})` : `the cluster of context ${context.name}`
}
