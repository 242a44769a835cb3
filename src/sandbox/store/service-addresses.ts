import { isRecord } from '../../util/is-record.ts'
import { type FieldError, invalid } from '../schema/field-error.ts'
import type { JsonObject } from '../schema/types.ts'
import type { ObjectStore, StoredObject } from './object-store.ts'

/** Services get addresses of 10.96.0.0/16; the first 256 are for those that ask for one, such as DNS. */
const addressPrefix = '10.96.'
const firstFreeBlock = 1
const nodePorts = { first: 30_000, last: 32_767 }

export interface Addressed {
  readonly object: StoredObject
  readonly errors: readonly FieldError[]
}

/** Gives a service its address and the ports on its node, where it asks for them, or keeps those that it has. */
export function addressService(
  store: ObjectStore,
  service: StoredObject,
  previous: StoredObject | undefined,
): Addressed {
  const spec = isRecord(service.spec) ? service.spec : {}
  const before = previous && isRecord(previous.spec) ? previous.spec : {}
  const others = store.list('services').filter(({ metadata }) => metadata.uid !== service.metadata.uid)
  const specs = others.map(other => (isRecord(other.spec) ? other.spec : {}))
  const address = addressOf(spec, before, specs)
  const ports = portsOf(spec, before, specs)
  return {
    object: { ...service, spec: { ...address.spec, ...(ports.ports && { ports: ports.ports }) } },
    errors: [...address.errors, ...ports.errors],
  }
}

function addressOf(
  spec: JsonObject,
  before: JsonObject,
  others: readonly JsonObject[],
): { readonly spec: JsonObject; readonly errors: readonly FieldError[] } {
  if (spec.type === 'ExternalName') {
    const { clusterIP: _, clusterIPs: _all, ...rest } = spec
    return { spec: rest, errors: [] }
  }
  const listed = Array.isArray(spec.clusterIPs) ? spec.clusterIPs[0] : undefined
  const kept = before.type === 'ExternalName' ? undefined : before.clusterIP
  const wanted = spec.clusterIP || listed || kept
  const used = new Set(others.map(other => other.clusterIP))
  const clusterIP = wanted ?? freeAddress(used)
  const isTaken = wanted !== undefined && wanted !== 'None' && wanted !== before.clusterIP && used.has(wanted)
  const words = `failed to allocate IP ${wanted}: provided IP is already allocated`
  return {
    spec: { ...spec, clusterIP, clusterIPs: [clusterIP] },
    errors: isTaken ? [invalid('spec.clusterIPs', [wanted], words)] : [],
  }
}

/** Taken at random from the whole range, so that an address is not soon another service's. */
function freeAddress(used: ReadonlySet<unknown>): string {
  const count = (256 - firstFreeBlock) * 256
  const start = Math.floor(Math.random() * count)
  for (let step = 0; step < count; step++) {
    const index = (start + step) % count
    const host = index % 256
    const address = `${addressPrefix}${firstFreeBlock + Math.floor(index / 256)}.${host}`
    if (host !== 0 && host !== 255 && !used.has(address)) return address
  }
  throw new Error('every address for services is taken')
}

function portsOf(
  spec: JsonObject,
  before: JsonObject,
  others: readonly JsonObject[],
): { readonly ports?: readonly unknown[]; readonly errors: readonly FieldError[] } {
  if (!Array.isArray(spec.ports)) return { errors: [] }
  const ports: readonly unknown[] = spec.ports
  const had = new Map(listOf(before.ports).map(port => [keyOf(port), port.nodePort]))
  if (spec.type !== 'NodePort' && spec.type !== 'LoadBalancer') {
    const rest = ports.map(port => {
      if (!isRecord(port) || port.nodePort === undefined || had.get(keyOf(port)) !== port.nodePort)
        return port
      const { nodePort: _, ...kept } = port
      return kept
    })
    return { ports: rest, errors: [] }
  }
  const used = new Set(others.flatMap(other => listOf(other.ports).map(portKey)))
  const own = new Set(listOf(before.ports).map(portKey))
  const errors: FieldError[] = []
  const given = ports.map((port, index) => {
    if (!isRecord(port)) return port
    const wanted = port.nodePort || had.get(keyOf(port))
    const named = { ...port, nodePort: wanted }
    if (wanted === undefined) named.nodePort = freePort(used, port)
    else if (!own.has(portKey(named)))
      errors.push(...portErrors(named, used, `spec.ports[${index}].nodePort`))
    used.add(portKey(named))
    return named
  })
  return { ports: given, errors }
}

function portErrors(port: JsonObject, used: ReadonlySet<string>, field: string): FieldError[] {
  const { nodePort } = port
  if (typeof nodePort !== 'number' || nodePort < nodePorts.first || nodePort > nodePorts.last) {
    const range = `${nodePorts.first}-${nodePorts.last}`
    return [
      invalid(
        field,
        nodePort,
        `provided port is not in the valid range. The range of valid ports is ${range}`,
      ),
    ]
  }
  return used.has(portKey(port)) ? [invalid(field, nodePort, 'provided port is already allocated')] : []
}

function freePort(used: ReadonlySet<string>, port: JsonObject): number {
  const count = nodePorts.last - nodePorts.first + 1
  const start = Math.floor(Math.random() * count)
  for (let step = 0; step < count; step++) {
    const nodePort = nodePorts.first + ((start + step) % count)
    if (!used.has(portKey({ ...port, nodePort }))) return nodePort
  }
  throw new Error('every port of the node is taken')
}

function listOf(ports: unknown): JsonObject[] {
  return Array.isArray(ports) ? ports.filter(isRecord) : []
}

function keyOf({ port, protocol = 'TCP' }: JsonObject): string {
  return `${port}/${protocol}`
}

function portKey({ nodePort, protocol = 'TCP' }: JsonObject): string {
  return `${nodePort}/${protocol}`
}
