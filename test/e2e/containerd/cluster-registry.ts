import { advertisedRegistry, advertisement } from '../../../src/cluster/registry-address.ts'
import type { RegistryAddress } from '../../../src/model/project.ts'
import { configMapType, type RealCluster } from '../real-cluster.ts'

/** The registry that the test cluster tells of, and its port on this machine. */
export async function clusterRegistry({
  cluster,
}: Pick<RealCluster, 'cluster'>): Promise<RegistryAddress & { port: number }> {
  const found = await cluster.api.get(configMapType, advertisement)
  if (!found.ok) throw new Error(found.failure.message)
  const registry = advertisedRegistry(found.value.data as Record<string, string>)
  const port = Number(registry?.host.split(':')[1])
  if (!registry || Number.isNaN(port)) throw new Error('the cluster tells of no registry on this machine')
  return { ...registry, port }
}
