import {
  type EndpointsFacts,
  joinEndpoints,
  type ServiceFacts,
  type ServiceWithEndpoints,
} from '../services/facts.ts'
import { isSamePort, protocolOf } from '../services/frontends.ts'

/** What the cluster's own names stand for: the DNS specification of Kubernetes, version 1.1.0. */
export interface Zone {
  /** Undefined where the name is none of the cluster's, and somebody else may know it. */
  find(name: string): ZoneEntry | undefined
}

/** What there is at a name. Nothing of all this is a name that does not exist. */
export interface ZoneEntry {
  readonly addresses: readonly string[]
  readonly services: readonly ServiceRecord[]
  /** Another name that it stands for. */
  readonly alias?: string
  /** Of an address: the names that it has. */
  readonly pointers: readonly string[]
  /** Names below it exist. */
  readonly hasNamesBelow: boolean
}

export interface ServiceRecord {
  readonly target: string
  readonly port: number
}

export const clusterDomain = 'cluster.local'

const nothing: ZoneEntry = { addresses: [], services: [], pointers: [], hasNamesBelow: false }

export function makeZone(services: readonly ServiceFacts[], endpoints: readonly EndpointsFacts[]): Zone {
  const entries = new Map<string, ZoneEntry>()
  const add = (name: string, more: Partial<ZoneEntry>) => {
    const old = entries.get(name) ?? nothing
    entries.set(name, {
      addresses: [...new Set([...old.addresses, ...(more.addresses ?? [])])],
      services: [...old.services, ...(more.services ?? [])],
      pointers: [...old.pointers, ...(more.pointers ?? [])],
      hasNamesBelow: old.hasNamesBelow || (more.hasNamesBelow ?? false),
      ...((more.alias ?? old.alias) !== undefined && { alias: more.alias ?? old.alias ?? '' }),
    })
    const above = name.slice(name.indexOf('.') + 1)
    if (above.endsWith(clusterDomain) && !entries.get(above)?.hasNamesBelow)
      add(above, { hasNamesBelow: true })
  }
  add(`svc.${clusterDomain}`, { hasNamesBelow: true })
  for (const one of joinEndpoints(services, endpoints)) addService(add, one)
  return {
    find(written) {
      const name = written.toLowerCase().replace(/\.$/, '')
      const entry = entries.get(name) ?? podEntry(name)
      if (entry) return entry
      return name === clusterDomain || name.endsWith(`.${clusterDomain}`) ? nothing : undefined
    },
  }
}

type Add = (name: string, entry: Partial<ZoneEntry>) => void

function addService(add: Add, { service, subsets }: ServiceWithEndpoints): void {
  const { metadata, spec } = service
  const name = `${metadata.name}.${metadata.namespace}.svc.${clusterDomain}`
  if (spec.type === 'ExternalName') {
    if (spec.externalName) add(name, { alias: spec.externalName.replace(/\.$/, '') })
    return
  }
  if (spec.clusterIP && spec.clusterIP !== 'None') {
    add(name, { addresses: [spec.clusterIP] })
    add(reverseName(spec.clusterIP), { pointers: [name] })
    for (const port of spec.ports ?? [])
      if (port.name)
        add(recordName(port.name, protocolOf(port), name), { services: [{ target: name, port: port.port }] })
    return
  }
  addHeadless(add, name, { service, subsets })
}

/** A headless service's name stands for all of its ready pods, each of which has a name of its own. */
function addHeadless(add: Add, name: string, { service, subsets }: ServiceWithEndpoints): void {
  for (const { addresses = [], ports = [] } of subsets) {
    for (const { ip, hostname } of addresses) {
      const pod = `${hostname ?? ip.replaceAll('.', '-')}.${name}`
      add(name, { addresses: [ip] })
      add(pod, { addresses: [ip] })
      add(reverseName(ip), { pointers: [pod] })
      for (const port of ports) {
        const isKnown = service.spec.ports?.some(one => isSamePort(one, port)) ?? false
        if (!port.name || !isKnown) continue
        add(recordName(port.name, protocolOf(port), name), { services: [{ target: pod, port: port.port }] })
      }
    }
  }
}

function recordName(port: string, protocol: string, service: string): string {
  return `_${port}._${protocol.toLowerCase()}.${service}`
}

function reverseName(ip: string): string {
  return `${ip.split('.').reverse().join('.')}.in-addr.arpa`
}

/** `10-88-0-5.default.pod.cluster.local` is an address in words; nobody checks that a pod has it. */
function podEntry(name: string): ZoneEntry | undefined {
  const [, a, b, c, d] =
    /^(\d{1,3})-(\d{1,3})-(\d{1,3})-(\d{1,3})\.[^.]+\.pod\.cluster\.local$/.exec(name) ?? []
  return a === undefined ? undefined : { ...nothing, addresses: [`${a}.${b}.${c}.${d}`] }
}
