import type { KindStore } from './kinds/kind-store.ts'
import { clusterNetwork } from './runtime/network.ts'

/** Where the API listens in the network of the pods. */
export const podApiPort = 6443

const metadata = { name: 'kubernetes', namespace: 'default' }
const clusterIP = '10.96.0.1'

/** Adds the service by which programs in pods find the API: every cluster has it. */
export function addApiService(kinds: KindStore): void {
  const port = { name: 'https', protocol: 'TCP' }
  kinds.create('services', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { ...metadata, labels: { component: 'apiserver', provider: 'kubernetes' } },
    spec: { clusterIP, ports: [{ ...port, port: 443, targetPort: podApiPort }] },
  })
  kinds.create('endpoints', {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata,
    subsets: [{ addresses: [{ ip: clusterNetwork.node }], ports: [{ ...port, port: podApiPort }] }],
  })
}
