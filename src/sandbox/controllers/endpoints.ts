import { isDeepStrictEqual } from 'node:util'
import type { Closable } from '../../util/scope.ts'
import type { EndpointSlice, Endpoints, Service } from '../kinds/cluster.ts'
import type { KindStore } from '../kinds/kind-store.ts'
import { controllerReference } from '../kinds/owner.ts'
import { isFinished, type Pod } from '../kinds/pod.ts'
import { matchesLabels } from '../kinds/selector.ts'
import {
  type Backend,
  backendsOf,
  isBackend,
  slicesOf,
  slicesOfSubsets,
  subsetsOf,
} from './endpoint-layout.ts'
import { keyOf, startReconciler } from './reconcile.ts'

const serviceNameLabel = 'kubernetes.io/service-name'
const managedByLabel = 'endpointslice.kubernetes.io/managed-by'

/**
 * Says of each service where its pods are, as Endpoints and as EndpointSlices. A service without a selector has Endpoints that
 * somebody else wrote: those are mirrored as slices.
 */
export function startEndpoints(store: KindStore): Closable {
  return startReconciler(store, {
    resource: 'services',
    kind: 'Service',
    makes: ['endpointslices.discovery.k8s.io'],
    alsoOn: [
      { resource: 'endpoints', keys: endpoints => [keyOf(endpoints.metadata)] },
      { resource: 'pods', keys: pod => servicesOf(store, pod as Pod) },
    ],
    reconcile(service) {
      if (service.metadata.deletionTimestamp === undefined) reconcile(store, service)
      return undefined
    },
    onGone: (name, namespace) => store.delete('endpoints', name, namespace),
  })
}

function servicesOf(store: KindStore, pod: Pod): readonly string[] {
  return store
    .list('services', pod.metadata.namespace)
    .filter(({ metadata, spec }) => {
      if (!spec.selector) return false
      // A pod whose labels have changed may be in the Endpoints still.
      const listed = store.get('endpoints', metadata.name, metadata.namespace)
      return matchesLabels(spec.selector, pod.metadata.labels) || (listed !== undefined && names(listed, pod))
    })
    .map(({ metadata }) => keyOf(metadata))
}

function names({ subsets = [] }: Endpoints, pod: Pod): boolean {
  return subsets.some(({ addresses = [], notReadyAddresses = [] }) =>
    [...addresses, ...notReadyAddresses].some(({ targetRef }) => targetRef?.uid === pod.metadata.uid),
  )
}

function reconcile(store: KindStore, service: Service): void {
  const { name, namespace } = service.metadata
  if (service.spec.type === 'ExternalName') {
    store.delete('endpoints', name, namespace)
    writeSlices(store, service, [], 'endpointslice-controller.k8s.io')
    return
  }
  if (!service.spec.selector) {
    const { subsets = [] } = store.get('endpoints', name, namespace) ?? {}
    writeSlices(store, service, slicesOfSubsets(subsets), 'endpointslicemirroring-controller.k8s.io')
    return
  }
  const pods = store
    .list('pods', namespace)
    .filter(
      pod =>
        matchesLabels(service.spec.selector ?? {}, pod.metadata.labels) &&
        !isFinished(pod) &&
        pod.status?.podIP !== undefined,
    )
  const backends = backendsOf(service, pods)
  writeEndpoints(store, service, backends.filter(isBackend(service)))
  writeSlices(store, service, slicesOf(service, backends), 'endpointslice-controller.k8s.io')
}

function writeEndpoints(store: KindStore, service: Service, backends: readonly Backend[]): void {
  const { name, namespace, labels } = service.metadata
  const subsets = subsetsOf(backends)
  const isHeadless = service.spec.clusterIP === 'None'
  const wantedLabels = { ...labels, ...(isHeadless && { 'service.kubernetes.io/headless': '' }) }
  const written = store.update('endpoints', name, namespace, current => {
    const { subsets: _, ...rest } = current
    const next: Endpoints = {
      ...rest,
      metadata: { ...current.metadata, labels: wantedLabels },
      ...(subsets.length > 0 && { subsets }),
    }
    return isDeepStrictEqual(next, current) ? undefined : next
  })
  if (written.ok) return
  store.create('endpoints', {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { name, ...(namespace !== undefined && { namespace }), labels: wantedLabels },
    ...(subsets.length > 0 && { subsets }),
  })
}

type SliceContent = Pick<EndpointSlice, 'addressType' | 'endpoints' | 'ports'>

function writeSlices(
  store: KindStore,
  service: Service,
  wanted: readonly SliceContent[],
  manager: string,
): void {
  const resource = 'endpointslices.discovery.k8s.io'
  const { name, namespace, labels } = service.metadata
  const own = store
    .list(resource, namespace)
    .filter(
      ({ metadata }) =>
        metadata.labels?.[serviceNameLabel] === name &&
        metadata.labels?.[managedByLabel]?.endsWith('-controller.k8s.io'),
    )
  wanted.forEach((content, i) => {
    const slice = own[i]
    if (slice) {
      store.update(resource, slice.metadata.name, namespace, current => {
        const next = { ...current, ...content }
        return isDeepStrictEqual(next, current) ? undefined : next
      })
      return
    }
    store.create(resource, {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {
        generateName: `${name}-`,
        ...(namespace !== undefined && { namespace }),
        labels: { ...labels, [serviceNameLabel]: name, [managedByLabel]: manager },
        ownerReferences: [controllerReference(service)],
      },
      ...content,
    })
  })
  for (const surplus of own.slice(wanted.length)) store.delete(resource, surplus.metadata.name, namespace)
}
