import { nodeCluster } from './node-cluster.ts'
import { nodeContainers } from './node-containers.ts'
import type { ClusterProvider, EngineEnv } from './provider.ts'

/**
 * A k3d cluster, whose nodes are containers of the engine that has the images; `ctr` there is that of k3s, on its socket. `k3d image
 * import` would start a container of its own for it, and send whole images.
 *
 * @param cluster its name without `k3d-`
 */
export function k3dCluster(cluster: string, engineEnv: EngineEnv): ClusterProvider {
  const name = `k3d cluster ${cluster}`
  return nodeCluster({
    name,
    engineEnv,
    nodes: signal =>
      nodeContainers(
        {
          name,
          label: `k3d.cluster=${cluster}`,
          // Others are load balancers and registries.
          role: { label: 'k3d.role', nodes: ['server', 'agent'] },
          start: `k3d cluster start ${cluster}`,
          engineEnv,
        },
        signal,
      ),
    advice:
      'A registry is faster for large images: `k3d cluster create --registry-create NAME` makes a cluster with one.',
  })
}
