import { clusterNetwork } from '../network.ts'
import {
  type Endpoint,
  type EndpointsFacts,
  joinEndpoints,
  type PortFacts,
  type ServiceFacts,
} from './facts.ts'

/** A port of a service's address or of the node's, and where its connections go. */
export interface Frontend {
  readonly protocol: 'TCP' | 'UDP'
  readonly ip: string
  readonly port: number
  /** At least one. */
  readonly endpoints: readonly Endpoint[]
  /** For how long a client comes back to its endpoint, in milliseconds; 0 where each connection may go to another one. */
  readonly affinityMs: number
}

const defaultAffinitySeconds = 10_800

/**
 * What has to be listened at. A port without ready endpoints is not among them: whoever connects is refused, as by a real
 * cluster's rules.
 */
export function frontendsOf(
  services: readonly ServiceFacts[],
  endpoints: readonly EndpointsFacts[],
): readonly Frontend[] {
  return joinEndpoints(services, endpoints).flatMap(({ service: { spec }, subsets }) => {
    const ip = spec.clusterIP
    if (!ip || ip === 'None') return []
    const { timeoutSeconds = defaultAffinitySeconds } = spec.sessionAffinityConfig?.clientIP ?? {}
    const affinityMs = spec.sessionAffinity === 'ClientIP' ? timeoutSeconds * 1000 : 0
    return (spec.ports ?? []).flatMap(servicePort => {
      const protocol = protocolOf(servicePort)
      if (protocol !== 'TCP' && protocol !== 'UDP') return []
      const targets = subsets.flatMap(({ addresses = [], ports = [] }) =>
        ports
          .filter(port => isSamePort(port, servicePort))
          .flatMap(({ port }) => addresses.map(address => ({ ip: address.ip, port }))),
      )
      if (targets.length === 0) return []
      const shared = { protocol, endpoints: targets, affinityMs } as const
      const { port, nodePort } = servicePort
      const onNode = nodePort === undefined ? [] : [{ ...shared, ip: clusterNetwork.node, port: nodePort }]
      return [{ ...shared, ip, port }, ...onNode]
    })
  })
}

export function protocolOf({ protocol = 'TCP' }: PortFacts): string {
  return protocol
}

/** Ports of a service and of its endpoints belong together by their names; a single one may have none. */
export function isSamePort(one: PortFacts, other: PortFacts): boolean {
  return (one.name ?? '') === (other.name ?? '') && protocolOf(one) === protocolOf(other)
}
