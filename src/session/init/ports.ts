import { parsePortRule } from '../../config/ports.ts'
import type { ComposeService } from './compose.ts'
import type { Group } from './groups.ts'
import { containerSpecs, type ServicePort, servicePorts } from './objects.ts'

export interface PortRequest {
  readonly group: Group
  /** The compose file's service that is the same. */
  readonly compose?: ComposeService
  /** Its images are built here: somebody works on it, and wants to see it. */
  readonly isBuilt: boolean
  /** Local ports of other services; what is chosen is added. */
  readonly taken: Set<number>
}

/** Ports to forward: those of its Kubernetes Services, else those that its containers name, by the local ports of the compose file. */
export function choosePorts({ group, compose, isBuilt, taken }: PortRequest): readonly (number | string)[] {
  const published = compose?.ports ?? []
  if (!isBuilt && published.length === 0) return []
  return waysInto(group).flatMap(({ target, port, rule }) => {
    const known = published.find(one => one.target === port) ?? published.find(one => one.target === target)
    const wanted = known?.local ?? target
    // The ports below are the system's.
    const local = freePort(wanted < 1024 ? 8000 + wanted : wanted, taken)
    const written = rule === String(local) ? local : `${local}:${rule}`
    if (!parsePortRule(written).ok) return []
    taken.add(local)
    return [written]
  })
}

interface Way {
  /** The port by which others know it. */
  readonly target: number
  /** The container's port, where its number is known. */
  readonly port: number | undefined
  /** What stands behind the local port in a rule. */
  readonly rule: string
}

/** Where there are several workloads, only a Kubernetes Service tells which of them is meant. */
function waysInto({ objects, workloads }: Group): readonly Way[] {
  const containerPorts = workloads.flatMap(containerSpecs).flatMap(({ ports }) => ports)
  const numberOf = (target: ServicePort['target']) =>
    typeof target === 'number' ? target : containerPorts.find(({ name }) => name === target)?.port
  const services = objects.flatMap(object =>
    servicePorts(object).map(({ port, target }) => ({ port, target, service: object.metadata.name })),
  )
  const ways =
    services.length > 0
      ? services.map(({ port, target, service }) => ({
          target: port,
          port: numberOf(target),
          rule: workloads.length === 1 ? String(target) : `svc/${service}:${port}`,
        }))
      : workloads.length === 1
        ? containerPorts.map(({ port }) => ({ target: port, port, rule: String(port) }))
        : []
  return [...new Map(ways.map(way => [way.rule, way])).values()]
}

function freePort(wanted: number, taken: ReadonlySet<number>): number {
  let port = wanted
  while (taken.has(port)) port = port < 65_535 ? port + 1 : 1024
  return port
}
