import { items, peek } from '../../schema/draft.ts'
import type { StoredObject } from '../../store/object-store.ts'
import { labelSelectorText } from '../selection/selector-text.ts'
import { ageColumn, at, type Column, nameColumn, number, orNone, text, wide } from './column.ts'
import { ageSince } from './duration.ts'
import { volumeColumns } from './volume-columns.ts'

const createdAt = text('Created At', ({ metadata }) => metadata.creationTimestamp)
const roleColumns = [
  nameColumn,
  text('Role', object => `${at(object, 'roleRef.kind')}/${at(object, 'roleRef.name')}`),
  ageColumn,
]

/** The columns of kinds that are no workloads. */
export const clusterColumns: Readonly<Record<string, readonly Column[]>> = {
  ...volumeColumns,
  configmaps: [nameColumn, { name: 'Data', type: 'integer', cell: dataCount }, ageColumn],
  secrets: [
    nameColumn,
    text('Type', object => object.type),
    { name: 'Data', type: 'integer', cell: dataCount },
    ageColumn,
  ],
  namespaces: [nameColumn, text('Status', object => at(object, 'status.phase')), ageColumn],
  services: [
    nameColumn,
    text('Type', object => at(object, 'spec.type')),
    text('Cluster-IP', orNone('spec.clusterIP')),
    text('External-IP', externalAddress),
    text('Port(s)', servicePorts),
    ageColumn,
    wide(text('Selector', object => labelSelectorText(at(object, 'spec.selector')) || '<none>')),
  ],
  endpoints: [nameColumn, text('Endpoints', endpointsText), ageColumn],
  'endpointslices.discovery.k8s.io': [
    nameColumn,
    text('AddressType', object => object.addressType),
    text('Ports', object =>
      joined(
        items(object, 'ports').map(port => port.port),
        3,
        '<unset>',
      ),
    ),
    text('Endpoints', object =>
      joined(
        items(object, 'endpoints').flatMap(one => (Array.isArray(one.addresses) ? one.addresses : [])),
        3,
        '<unset>',
      ),
    ),
    ageColumn,
  ],
  'ingresses.networking.k8s.io': [
    nameColumn,
    text('Class', orNone('spec.ingressClassName')),
    text('Hosts', object => joined(hostsOf(object), 3, '*')),
    text('Address', object =>
      items(peek(peek(object, 'status'), 'loadBalancer'), 'ingress')
        .map(one => one.ip ?? one.hostname)
        .join(','),
    ),
    text('Ports', object => (items(peek(object, 'spec'), 'tls').length > 0 ? '80, 443' : '80')),
    ageColumn,
  ],
  'ingressclasses.networking.k8s.io': [
    nameColumn,
    text('Controller', object => at(object, 'spec.controller')),
    text('Parameters', orNone('spec.parameters.name')),
    ageColumn,
  ],
  'networkpolicies.networking.k8s.io': [
    nameColumn,
    text('Pod-Selector', object => labelSelectorText(at(object, 'spec.podSelector')) || '<none>'),
    ageColumn,
  ],
  nodes: [
    nameColumn,
    text('Status', nodeStatus),
    text('Roles', nodeRoles),
    ageColumn,
    text('Version', object => at(object, 'status.nodeInfo.kubeletVersion')),
    wide(text('Internal-IP', object => nodeAddress(object, 'InternalIP'))),
    wide(text('External-IP', object => nodeAddress(object, 'ExternalIP'))),
    wide(text('OS-Image', object => at(object, 'status.nodeInfo.osImage') ?? '<unknown>')),
    wide(text('Kernel-Version', object => at(object, 'status.nodeInfo.kernelVersion') ?? '<unknown>')),
    wide(
      text(
        'Container-Runtime',
        object => at(object, 'status.nodeInfo.containerRuntimeVersion') ?? '<unknown>',
      ),
    ),
  ],
  events: [
    text('Last Seen', (object, now) => eventAge(object, 'lastTimestamp', now)),
    text('Type', object => object.type),
    text('Reason', object => object.reason),
    text(
      'Object',
      object =>
        `${String(at(object, 'involvedObject.kind')).toLowerCase()}/${at(object, 'involvedObject.name')}`,
    ),
    wide(text('Subobject', object => at(object, 'involvedObject.fieldPath') ?? '')),
    wide(
      text('Source', object =>
        [at(object, 'source.component'), at(object, 'source.host')].filter(Boolean).join(', '),
      ),
    ),
    text('Message', object => String(object.message ?? '').trim()),
    wide(text('First Seen', (object, now) => eventAge(object, 'firstTimestamp', now))),
    wide({ name: 'Count', type: 'integer', cell: object => object.count ?? 1 }),
    wide(nameColumn),
  ],
  serviceaccounts: [
    nameColumn,
    { name: 'Secrets', type: 'integer', cell: object => items(object, 'secrets').length },
    ageColumn,
  ],
  'horizontalpodautoscalers.autoscaling': [
    nameColumn,
    text(
      'Reference',
      object => `${at(object, 'spec.scaleTargetRef.kind')}/${at(object, 'spec.scaleTargetRef.name')}`,
    ),
    text('Targets', () => '<unknown>'),
    text('MinPods', object => String(at(object, 'spec.minReplicas') ?? '<unset>')),
    number('MaxPods', 'spec.maxReplicas'),
    number('Replicas', 'status.currentReplicas'),
    ageColumn,
  ],
  'poddisruptionbudgets.policy': [
    nameColumn,
    text('Min Available', object => String(at(object, 'spec.minAvailable') ?? 'N/A')),
    text('Max Unavailable', object => String(at(object, 'spec.maxUnavailable') ?? 'N/A')),
    number('Allowed Disruptions', 'status.disruptionsAllowed'),
    ageColumn,
  ],
  'priorityclasses.scheduling.k8s.io': [
    nameColumn,
    number('Value', 'value'),
    { name: 'Global-Default', type: 'boolean', cell: object => object.globalDefault === true },
    ageColumn,
    text('PreemptionPolicy', object => object.preemptionPolicy),
  ],
  'leases.coordination.k8s.io': [
    nameColumn,
    text('Holder', object => at(object, 'spec.holderIdentity') ?? ''),
    ageColumn,
  ],
  'controllerrevisions.apps': [
    nameColumn,
    text('Controller', object => {
      const owner = object.metadata.ownerReferences?.find(one => one.controller === true)
      if (!owner) return '<none>'
      const [group = '', version] = owner.apiVersion.split('/')
      return `${owner.kind.toLowerCase()}${version === undefined ? '' : `.${group}`}/${owner.name}`
    }),
    number('Revision', 'revision'),
    ageColumn,
  ],
  limitranges: [nameColumn, createdAt],
  'customresourcedefinitions.apiextensions.k8s.io': [nameColumn, createdAt],
  'roles.rbac.authorization.k8s.io': [nameColumn, createdAt],
  'clusterroles.rbac.authorization.k8s.io': [nameColumn, createdAt],
  'rolebindings.rbac.authorization.k8s.io': roleColumns,
  'clusterrolebindings.rbac.authorization.k8s.io': roleColumns,
}

function dataCount(object: StoredObject): number {
  return Object.keys(peek(object, 'data')).length + Object.keys(peek(object, 'binaryData')).length
}

function externalAddress(service: StoredObject): string {
  const { type, externalName, externalIPs } = peek(service, 'spec')
  const external = Array.isArray(externalIPs) ? externalIPs.join(',') : ''
  if (type === 'ExternalName') return String(externalName)
  if (type !== 'LoadBalancer') return external || '<none>'
  const balancers = items(peek(peek(service, 'status'), 'loadBalancer'), 'ingress').map(
    one => one.ip ?? one.hostname,
  )
  return [...balancers, external].filter(Boolean).join(',') || '<pending>'
}

function servicePorts(service: StoredObject): string {
  const ports = items(peek(service, 'spec'), 'ports')
  const texts = ports.map(
    ({ port, nodePort, protocol }) => `${port}${nodePort ? `:${nodePort}` : ''}/${protocol}`,
  )
  return texts.join(',') || '<none>'
}

function endpointsText(endpoints: StoredObject): string {
  const all = items(endpoints, 'subsets').flatMap(subset => {
    const addresses = items(subset, 'addresses')
    const ports = items(subset, 'ports')
    if (ports.length === 0) return addresses.map(({ ip }) => String(ip))
    return ports.flatMap(({ port }) => addresses.map(({ ip }) => `${ip}:${port}`))
  })
  return joined(all, 3, '<none>')
}

/** The first ones, and how many more there are. */
function joined(values: readonly unknown[], most: number, none: string): string {
  if (values.length === 0) return none
  const first = values.slice(0, most).join(',')
  return values.length > most ? `${first} + ${values.length - most} more...` : first
}

function hostsOf(ingress: StoredObject): unknown[] {
  return items(peek(ingress, 'spec'), 'rules').flatMap(({ host }) => (host ? [host] : []))
}

function nodeStatus(node: StoredObject): string {
  const ready = items(peek(node, 'status'), 'conditions').find(one => one.type === 'Ready')
  const words = ready ? (ready.status === 'True' ? 'Ready' : 'NotReady') : 'Unknown'
  return at(node, 'spec.unschedulable') === true ? `${words},SchedulingDisabled` : words
}

function nodeRoles({ metadata }: StoredObject): string {
  const prefix = 'node-role.kubernetes.io/'
  const roles = Object.keys(metadata.labels ?? {}).filter(label => label.startsWith(prefix))
  return (
    roles
      .map(label => label.slice(prefix.length))
      .sort()
      .join(',') || '<none>'
  )
}

function nodeAddress(node: StoredObject, type: string): unknown {
  return items(peek(node, 'status'), 'addresses').find(one => one.type === type)?.address ?? '<none>'
}

/** Newer events have one time only. */
function eventAge(event: StoredObject, field: string, now: Date): string {
  const time = event[field] ?? event.eventTime ?? event.metadata.creationTimestamp
  return ageSince(time, now)
}
