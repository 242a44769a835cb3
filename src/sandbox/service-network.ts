import { setImmediate as nextTurn } from 'node:timers/promises'
import type { KindStore } from './kinds/kind-store.ts'
import { startDnsServer } from './runtime/dns/server.ts'
import type { InitClient } from './runtime/init-client.ts'
import { clusterNetwork } from './runtime/network.ts'
import type { EndpointsFacts, ServiceFacts } from './runtime/services/facts.ts'
import { createHostPorts } from './runtime/services/host-ports.ts'
import { createServiceProxies } from './runtime/services/services.ts'

const dnsPort = 53

/**
 * Starts what serves the addresses and names of services, and keeps it in step with Services and Endpoints.
 *
 * @param onNotice told of an address that cannot be listened at
 */
export async function startServiceNetwork(
  kinds: KindStore,
  init: InitClient,
  onNotice: (message: string) => void,
): Promise<void> {
  const dns = await startDnsServer({ address: clusterNetwork.dns, port: dnsPort })
  const proxies = createServiceProxies({
    onRefused: (place, error) => onNotice(`The service address ${place} is not served: ${error.message}`),
  })
  const hostPorts = createHostPorts(init, (port, why) =>
    onNotice(`The nodePort ${port} is not served on this machine: ${why}`),
  )
  let isDue = false
  let isUpdating = false
  const update = async () => {
    isDue = true
    if (isUpdating) return
    isUpdating = true
    while (isDue) {
      // What changes together is looked at once.
      await nextTurn()
      isDue = false
      // Both kinds always have a namespace.
      const services = kinds.list('services') as readonly ServiceFacts[]
      const endpoints = kinds.list('endpoints') as readonly EndpointsFacts[]
      dns.update(services, endpoints)
      await Promise.all([proxies.update(services, endpoints), hostPorts.update(services)])
    }
    isUpdating = false
  }
  for (const resource of ['services', 'endpoints'] as const) kinds.watch(resource, () => void update())
}
