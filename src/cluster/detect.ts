import type { Failure } from '../model/failure.ts'
import type { Project } from '../model/project.ts'
import { hostOf, isLoopback } from './address.ts'
import type { PermittedContext } from './contexts.ts'
import { dockerDesktopMirror } from './docker-desktop.ts'
import { k3sHost, microK8sHost } from './host-containerd.ts'
import { k3dCluster } from './k3d.ts'
import { kindCluster } from './kind.ts'
import { minikubeCluster } from './minikube.ts'
import type { ClusterProvider, EngineEnv } from './provider.ts'
import { registryProvider } from './registry.ts'
import type { AdvertisedRegistry } from './registry-address.ts'
import { sandboxCluster } from './sandbox.ts'
import { type Engine, sharedEngine } from './shared-engine.ts'
import { unsupportedCluster } from './unsupported-cluster.ts'

export interface ClusterFacts {
  readonly permitted: PermittedContext
  /** Absent where the user may not list them. More than two are told as two. */
  readonly nodes?: readonly NodeFacts[]
  /** What the cluster tells of. */
  readonly advertised?: AdvertisedRegistry
  /** What the Devfile says. */
  readonly registry?: Project['registry']
  readonly env: Readonly<Record<string, string | undefined>>
  readonly engineEnv: EngineEnv
}

export interface NodeFacts {
  /** `docker://20.10.24`, `containerd://1.7.2`. */
  readonly containerRuntime: string
  readonly kernel: string
}

/**
 * Finds out how an image gets into the cluster: by the registry that the Devfile names; else not at all, where engine
 * and node are one; else by the registry that the cluster tells of, which is sent only what changed; else in the way of
 * the tool that made the cluster.
 */
export function detectProvider(facts: ClusterFacts): ClusterProvider {
  const { permitted, engineEnv, advertised, registry } = facts
  const name = permitted.tool?.name ?? `the cluster of context ${permitted.context.name}`
  // It pulls from nowhere.
  if (permitted.tool?.name === 'the sandbox') return sandboxCluster()
  if (registry) return registryProvider({ name, registry, engineEnv })
  const found = findSharedEngine(facts)
  if ('engine' in found) return sharedEngine({ name, engineEnv, ...found })
  if (advertised && registry !== false) return registryProvider({ name, registry: advertised, engineEnv })
  return findImport(facts) ?? unsupportedCluster(name, noProvider(permitted, name, found.obstacle))
}

/** The engine that both builds the images and runs the node, or why there is none. */
function findSharedEngine({
  permitted,
  nodes,
  env,
  engineEnv,
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
  const profile = engineEnv.MINIKUBE_ACTIVE_DOCKERD ?? env.MINIKUBE_ACTIVE_DOCKERD
  if (tool?.name === 'minikube' && profile !== context.clusterName) {
    return { obstacle: "minikube's node has a Docker engine of its own, and docker uses another one" }
  }
  // A cluster that devloop does not know is taken for one on this machine only where its address can be nothing else.
  if (!tool && !isLoopback(hostOf(context.server) ?? ''))
    return { obstacle: 'its node is not on this machine' }
  return { engine: { version, kernel: node.kernel } }
}

/** The way of the tool that made the cluster, which it offers whether or not its nodes may be listed. */
function findImport({
  permitted: { tool, context },
  nodes = [],
  engineEnv,
}: ClusterFacts): ClusterProvider | undefined {
  const isContainerd =
    nodes.length > 0 && nodes.every(({ containerRuntime }) => containerRuntime.startsWith('containerd://'))
  switch (tool?.name) {
    case 'kind':
      return kindCluster(context.name.replace(/^kind-/, ''), engineEnv)
    case 'k3d':
      return k3dCluster(context.name.replace(/^k3d-/, ''), engineEnv)
    case 'minikube':
      return minikubeCluster(context.clusterName, engineEnv)
    case 'Docker Desktop':
      return isContainerd ? dockerDesktopMirror() : undefined
    case 'k3s':
      // The containerd of this machine is that of one node.
      return isContainerd && nodes.length === 1 ? k3sHost(engineEnv) : undefined
    case 'MicroK8s':
      return isContainerd && nodes.length === 1 ? microK8sHost(engineEnv) : undefined
    default:
      return undefined
  }
}

function noProvider(permitted: PermittedContext, name: string, why: string): Failure {
  return {
    code: 'cluster/no-provider',
    message: `devloop cannot bring images into ${name}.`,
    why,
    cure: cureFor(permitted),
  }
}

function cureFor({ tool }: PermittedContext): string {
  switch (tool?.name) {
    case 'colima':
      return 'Make its images those of Docker: `colima start --kubernetes --runtime docker`, with the profile where it has one.'
    case 'Rancher Desktop':
      return "Choose the container engine dockerd (moby) in Rancher Desktop's preferences."
    default:
      return 'Use a registry that the cluster pulls from, or a cluster of Docker Desktop, OrbStack, kind, k3d or minikube.'
  }
}
