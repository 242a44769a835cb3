import type { Failure } from '../model/failure.ts'
import { hostOf, isLoopback } from './address.ts'
import type { PermittedContext } from './contexts.ts'
import { engineEnvOf } from './docker-context.ts'
import type { ClusterProvider } from './provider.ts'
import { type Engine, sharedEngine } from './shared-engine.ts'
import { unsupportedCluster } from './unsupported-cluster.ts'

export interface ClusterFacts {
  readonly permitted: PermittedContext
  /** Absent where the user may not list them. More than two are told as two. */
  readonly nodes?: readonly NodeFacts[]
  readonly env: Readonly<Record<string, string | undefined>>
}

export interface NodeFacts {
  /** `docker://20.10.24`, `containerd://1.7.2`. */
  readonly containerRuntime: string
  readonly kernel: string
}

/** Finds out how an image gets into the cluster. */
export function detectProvider(facts: ClusterFacts): ClusterProvider {
  const { permitted, env } = facts
  const name = permitted.tool?.name ?? `the cluster of context ${permitted.context.name}`
  const found = findSharedEngine(facts)
  if ('obstacle' in found) return unsupportedCluster(name, noProvider(permitted, name, found.obstacle))
  return sharedEngine({ name, engineEnv: engineEnvOf(permitted, env), ...found })
}

/** The engine that both builds the images and runs the node, or why there is none. */
function findSharedEngine({
  permitted,
  nodes,
  env,
}: ClusterFacts): { engine: Engine } | { obstacle: string } {
  const { tool, context } = permitted
  if (nodes === undefined)
    return { obstacle: 'this user may not list its nodes, so what they run is unknown' }
  const [node] = nodes
  if (!node) return { obstacle: 'it has no node' }
  if (nodes.length > 1) return { obstacle: 'it has several nodes, each with images of its own' }
  const version = /^docker:\/\/(.+)$/.exec(node.containerRuntime)?.[1]
  if (version === undefined) {
    return { obstacle: `its node runs ${node.containerRuntime}, which does not see the images of Docker` }
  }
  if (tool?.name === 'kind' || tool?.name === 'k3d') return { obstacle: 'its node has an engine of its own' }
  if (tool?.name === 'minikube' && env.MINIKUBE_ACTIVE_DOCKERD !== context.clusterName) {
    return { obstacle: "minikube's node has a Docker engine of its own, and this shell does not use it" }
  }
  // A cluster that devloop does not know is taken for one on this machine only where its address can be nothing else.
  if (!tool && !isLoopback(hostOf(context.server) ?? ''))
    return { obstacle: 'its node is not on this machine' }
  return { engine: { version, kernel: node.kernel } }
}

function noProvider(permitted: PermittedContext, name: string, why: string): Failure {
  return {
    code: 'cluster/no-provider',
    message: `devloop cannot bring images into ${name} yet.`,
    why,
    cure: cureFor(permitted),
  }
}

function cureFor({ tool, context }: PermittedContext): string {
  switch (tool?.name) {
    case 'minikube':
      return `Run \`eval $(minikube --profile ${context.clusterName} docker-env)\` in this shell (one node, runtime docker), then devloop again.`
    case 'colima':
      return '`colima start --kubernetes --runtime docker` makes images visible at once'
    case 'Rancher Desktop':
      return "Choose the container engine dockerd (moby) in Rancher Desktop's preferences."
    default:
      return (
        'Loading images into it comes with a later version of devloop; what works now is a cluster on the Docker ' +
        'engine itself: Docker Desktop, OrbStack, Rancher Desktop (moby), colima or minikube.'
      )
  }
}
