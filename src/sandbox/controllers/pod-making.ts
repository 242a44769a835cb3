import type { EventRecorder } from '../kinds/events.ts'
import type { KindStore } from '../kinds/kind-store.ts'
import { controllerReference } from '../kinds/owner.ts'
import type { Pod, PodSpec, PodTemplate } from '../kinds/pod.ts'
import type { StoredObject, StoreResult } from '../store/object-store.ts'

export interface PodMaking {
  readonly owner: StoredObject
  readonly template: PodTemplate
  /** Exact; else the server makes one of the prefix. */
  readonly name?: string
  /** The owner's name, unless another one is given. */
  readonly namePrefix?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly spec?: Partial<PodSpec>
  /** What the event says; otherwise as most controllers do. */
  readonly message?: (name: string) => string
}

/** Makes a pod of a template, and tells of it, or of why it was refused, in an event of the owner. */
export function createPod(store: KindStore, events: EventRecorder, making: PodMaking): StoreResult<Pod> {
  const {
    owner,
    template,
    name,
    namePrefix = owner.metadata.name,
    labels,
    annotations,
    spec,
    message,
  } = making
  const created = store.create('pods', {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...(name === undefined ? { generateName: `${namePrefix}-` } : { name }),
      ...(owner.metadata.namespace !== undefined && { namespace: owner.metadata.namespace }),
      labels: { ...template.metadata?.labels, ...labels },
      ...((template.metadata?.annotations || annotations) && {
        annotations: { ...template.metadata?.annotations, ...annotations },
      }),
      ...(template.metadata?.finalizers && { finalizers: template.metadata.finalizers }),
      ownerReferences: [controllerReference(owner)],
    },
    spec: { ...template.spec, ...spec },
  })
  if (created.ok) {
    const made = created.value.metadata.name
    events.normal(owner, 'SuccessfulCreate', message?.(made) ?? `Created pod: ${made}`)
  } else events.warning(owner, 'FailedCreate', `Error creating: ${created.failure.message}`)
  return created
}

/** Asks a pod to end, and tells of it in an event of the owner. */
export function deletePod(
  store: KindStore,
  events: EventRecorder,
  owner: StoredObject,
  pod: Pod,
  message = (name: string) => `Deleted pod: ${name}`,
): void {
  const { name, namespace, uid } = pod.metadata
  const deleted = store.delete('pods', name, namespace, { preconditions: { uid } })
  if (deleted.ok) events.normal(owner, 'SuccessfulDelete', message(name))
  else if (deleted.failure.code !== 404)
    events.warning(owner, 'FailedDelete', `Error deleting: ${deleted.failure.message}`)
}
