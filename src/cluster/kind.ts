import { nodeCluster } from './node-cluster.ts'
import { nodeContainers } from './node-containers.ts'
import type { ClusterProvider, EngineEnv } from './provider.ts'

/**
 * A kind cluster, whose nodes are containers of the engine that has the images. `kind load docker-image` would write a whole image
 * to a file and send all of it each time.
 *
 * @param cluster its name without `kind-`
 */
export function kindCluster(cluster: string, engineEnv: EngineEnv): ClusterProvider {
  const name = `kind cluster ${cluster}`
  return nodeCluster({
    name,
    engineEnv,
    nodes: signal =>
      nodeContainers(
        {
          name,
          // Labels of kind's docker provider; its load balancer has the role `external-load-balancer`.
          label: `io.x-k8s.kind.cluster=${cluster}`,
          role: { label: 'io.x-k8s.kind.role', nodes: ['control-plane', 'worker'] },
          start: `docker start ${cluster}-control-plane`,
          engineEnv,
        },
        signal,
      ),
    advice:
      'A local registry is faster for large images: https://kind.sigs.k8s.io/docs/user/local-registry/ shows how to add one.',
  })
}
