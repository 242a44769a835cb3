import { cpus, totalmem } from 'node:os'
import type { ContainerDefinition, FieldReference, Pod, ResourceFieldReference } from '../kinds/pod.ts'
import { divideQuantity } from '../kinds/quantity.ts'

/** What a pod has got from its node, for those who ask for it. */
export interface PodAddresses {
  readonly podIp: string
  readonly hostIp: string
}

/**
 * A field of the pod as text, as `fieldRef` gives it; undefined where the API has no such one.
 * https://kubernetes.io/docs/concepts/workloads/pods/downward-api/#available-fields
 *
 * @param addresses undefined in volumes, which have none
 */
export function readField(
  { fieldPath }: FieldReference,
  { metadata, spec }: Pod,
  addresses?: PodAddresses,
): string | undefined {
  const [, map, key] = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(fieldPath) ?? []
  if (key !== undefined) return metadata[map as 'labels' | 'annotations']?.[key] ?? ''
  switch (fieldPath) {
    case 'metadata.name':
      return metadata.name
    case 'metadata.namespace':
      return metadata.namespace
    case 'metadata.uid':
      return metadata.uid
    case 'metadata.labels':
      return formatMap(metadata.labels)
    case 'metadata.annotations':
      return formatMap(metadata.annotations)
    case 'spec.nodeName':
      return spec.nodeName ?? ''
    case 'spec.serviceAccountName':
      return spec.serviceAccountName ?? 'default'
    case 'status.podIP':
    case 'status.podIPs':
      return addresses?.podIp
    case 'status.hostIP':
    case 'status.hostIPs':
      return addresses?.hostIp
    default:
      return undefined
  }
}

/** A limit or request of a container as text; where it has no limit, what the node has. */
export function readResource(
  { resource, divisor }: ResourceFieldReference,
  { resources }: ContainerDefinition,
): string {
  const [, list, name = ''] = /^(limits|requests)\.(.+)$/.exec(resource) ?? []
  const limit = resources?.limits?.[name] ?? nodeResource(name)
  const quantity = list === 'requests' ? (resources?.requests?.[name] ?? '0') : limit
  return divideQuantity(quantity, divisor)
}

function nodeResource(name: string): string {
  if (name === 'cpu') return String(cpus().length)
  return name === 'memory' ? String(totalmem()) : '0'
}

function formatMap(map: Readonly<Record<string, string>> = {}): string {
  return Object.entries(map)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join('\n')
}
