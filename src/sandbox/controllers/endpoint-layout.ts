import type {
  EndpointAddress,
  EndpointPort,
  EndpointSlice,
  EndpointSubset,
  Service,
  ServicePort,
} from '../kinds/cluster.ts'
import { isReady, type Pod } from '../kinds/pod.ts'

/** One pod of a service, and the ports by which it is reached. */
export interface Backend {
  readonly address: EndpointAddress
  readonly ports: readonly EndpointPort[]
  /** Connections may go to it. */
  readonly isReady: boolean
  readonly isServing: boolean
  readonly isTerminating: boolean
}

type SliceContent = Pick<EndpointSlice, 'addressType' | 'endpoints' | 'ports'>

/** @param pods those with addresses that the service's selector matches */
export function backendsOf({ spec, metadata }: Service, pods: readonly Pod[]): readonly Backend[] {
  return pods.flatMap(pod => {
    const ip = pod.status?.podIP
    if (ip === undefined) return []
    const isServing = isReady(pod)
    const isTerminating = pod.metadata.deletionTimestamp !== undefined
    const { hostname, subdomain, nodeName } = pod.spec
    const { name, namespace, uid } = pod.metadata
    return [
      {
        address: {
          ip,
          // Only so a pod of a headless service has a name of its own.
          ...(hostname !== undefined && subdomain === metadata.name && { hostname }),
          ...(nodeName !== undefined && { nodeName }),
          targetRef: { kind: 'Pod', name, uid, ...(namespace !== undefined && { namespace }) },
        },
        ports: (spec.ports ?? []).flatMap(port => portOf(port, pod)),
        isReady: spec.publishNotReadyAddresses || (isServing && !isTerminating),
        isServing,
        isTerminating,
      },
    ]
  })
}

/** Which backends are in the Endpoints: those that are ending only where even pods that are not ready count. */
export function isBackend({ spec }: Service): (backend: Backend) => boolean {
  return ({ isTerminating, ports }) =>
    (!isTerminating || spec.publishNotReadyAddresses === true) &&
    // A pod has none where it lacks the port by the name that the service gives.
    (ports.length > 0 || !spec.ports?.length)
}

/** Backends with the same ports are together. */
export function subsetsOf(backends: readonly Backend[]): readonly EndpointSubset[] {
  return groupByPorts(backends).map(({ ports, members }) => {
    const addresses = members.filter(({ isReady }) => isReady).map(({ address }) => address)
    const notReadyAddresses = members.filter(({ isReady }) => !isReady).map(({ address }) => address)
    return {
      ...(addresses.length > 0 && { addresses }),
      ...(notReadyAddresses.length > 0 && { notReadyAddresses }),
      ...(ports.length > 0 && { ports }),
    }
  })
}

export function slicesOf(service: Service, backends: readonly Backend[]): readonly SliceContent[] {
  const groups = groupByPorts(backends.filter(({ ports }) => ports.length > 0 || !service.spec.ports?.length))
  // Without any pod there is one empty slice, so that one can see that somebody looked.
  if (groups.length === 0) return [{ addressType: 'IPv4', endpoints: [], ports: [] }]
  return groups.map(({ ports, members }) => ({
    addressType: 'IPv4',
    endpoints: members.map(({ address: { ip, ...rest }, isReady, isServing, isTerminating }) => ({
      addresses: [ip],
      conditions: { ready: isReady, serving: isServing, terminating: isTerminating },
      ...rest,
    })),
    ports: ports.map(withName),
  }))
}

/** The slices that say the same as Endpoints that a user has written. */
export function slicesOfSubsets(subsets: readonly EndpointSubset[]): readonly SliceContent[] {
  return subsets.map(({ addresses = [], notReadyAddresses = [], ports = [] }) => {
    const entry = ({ ip, ...rest }: EndpointAddress, ready: boolean) => ({
      addresses: [ip],
      conditions: { ready },
      ...rest,
    })
    return {
      addressType: 'IPv4',
      endpoints: [
        ...addresses.map(address => entry(address, true)),
        ...notReadyAddresses.map(address => entry(address, false)),
      ],
      ports: ports.map(withName),
    }
  })
}

function portOf(
  { name, targetPort, port, protocol = 'TCP', appProtocol }: ServicePort,
  pod: Pod,
): EndpointPort[] {
  const target = targetPort ?? port
  const number =
    typeof target === 'number'
      ? target
      : [
          ...pod.spec.containers,
          ...(pod.spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy),
        ]
          .flatMap(({ ports = [] }) => ports)
          .find(each => each.name === target && (each.protocol ?? 'TCP') === protocol)?.containerPort
  if (number === undefined) return []
  return [
    {
      ...(name !== undefined && { name }),
      port: number,
      protocol,
      ...(appProtocol !== undefined && { appProtocol }),
    },
  ]
}

/** A slice's port always has a name, though it be empty. */
function withName(port: EndpointPort): EndpointPort {
  return { name: '', ...port }
}

function groupByPorts(backends: readonly Backend[]) {
  const groups = new Map<string, { ports: readonly EndpointPort[]; members: Backend[] }>()
  for (const backend of backends.toSorted((a, b) => (a.address.ip < b.address.ip ? -1 : 1))) {
    const key = JSON.stringify(backend.ports)
    const group = groups.get(key) ?? { ports: backend.ports, members: [] }
    groups.set(key, group)
    group.members.push(backend)
  }
  return [...groups.values()]
}
