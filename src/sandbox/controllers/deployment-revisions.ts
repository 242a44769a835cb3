import type { EventRecorder } from '../kinds/events.ts'
import type { KindStore } from '../kinds/kind-store.ts'
import { controllerReference } from '../kinds/owner.ts'
import type { Deployment, ReplicaSet } from '../kinds/workloads.ts'
import type { Rollout } from './deployment.ts'
import { newReplicaSetSize } from './deployment-rollout.ts'
import { replaceReplicaSet, sizeAnnotations } from './deployment-scale.ts'
import { contentHash, isSameTemplate, templateHashLabel } from './template-hash.ts'

const revisionAnnotation = 'deployment.kubernetes.io/revision'
const revisionHistoryAnnotation = 'deployment.kubernetes.io/revision-history'

/** What speaks of the Deployment itself, and not of what its pods are. */
const ownAnnotations = [
  'kubectl.kubernetes.io/last-applied-configuration',
  revisionAnnotation,
  revisionHistoryAnnotation,
  'deployment.kubernetes.io/desired-replicas',
  'deployment.kubernetes.io/max-replicas',
  'deprecated.deployment.rollback.to',
]

/** What came of the ReplicaSet for the wanted template. */
export interface NewReplicaSet {
  readonly replicaSet?: ReplicaSet
  readonly isMade: boolean
  /** Why it was refused. */
  readonly failure?: string
}

/** The ReplicaSet that makes the wanted pods already, the oldest of several. */
export function findNewReplicaSet(
  deployment: Deployment,
  replicaSets: readonly ReplicaSet[],
): ReplicaSet | undefined {
  return replicaSets
    .filter(replicaSet => isSameTemplate(replicaSet.spec.template, deployment.spec.template))
    .sort((a, b) => Date.parse(a.metadata.creationTimestamp) - Date.parse(b.metadata.creationTimestamp))[0]
}

/** Finds the ReplicaSet of the wanted template, or makes it where that may be; either way it is the newest revision then. */
export function makeNewReplicaSet(
  store: KindStore,
  events: EventRecorder,
  deployment: Deployment,
  replicaSets: readonly ReplicaSet[],
  mayMake: boolean,
): NewReplicaSet {
  const found = findNewReplicaSet(deployment, replicaSets)
  const revision = String(
    Math.max(0, ...replicaSets.filter(replicaSet => replicaSet !== found).map(revisionOf)) + 1,
  )
  if (found) {
    if (!mayMake) return { replicaSet: found, isMade: false }
    const replicaSet = asNewest(store, deployment, found, revision)
    writeRevision(store, deployment, revisionOf(replicaSet))
    return { replicaSet, isMade: false }
  }
  if (!mayMake) return { isMade: false }
  return create(store, events, deployment, replicaSets, revision)
}

/** Keeps as many ReplicaSets without pods as the Deployment remembers revisions. */
export function removeOldRevisions({ store, deployment, oldReplicaSets }: Rollout): void {
  const idle = oldReplicaSets
    .filter(
      ({ spec, status, metadata }) =>
        spec.replicas === 0 &&
        (status?.replicas ?? 0) === 0 &&
        (metadata.generation ?? 0) <= (status?.observedGeneration ?? 0) &&
        metadata.deletionTimestamp === undefined,
    )
    .sort((a, b) => revisionOf(a) - revisionOf(b))
  const surplus = idle.length - (deployment.spec.revisionHistoryLimit ?? 10)
  for (const { metadata } of idle.slice(0, Math.max(surplus, 0)))
    store.delete('replicasets.apps', metadata.name, metadata.namespace, {
      preconditions: { uid: metadata.uid },
    })
}

function revisionOf({ metadata }: { readonly metadata: Deployment['metadata'] }): number {
  return Number(metadata.annotations?.[revisionAnnotation] ?? 0)
}

function create(
  store: KindStore,
  events: EventRecorder,
  deployment: Deployment,
  replicaSets: readonly ReplicaSet[],
  revision: string,
): NewReplicaSet {
  const { spec, status, metadata } = deployment
  const collisions = status?.collisionCount ?? 0
  const hash = contentHash(collisions === 0 ? spec.template : [spec.template, collisions])
  const name = `${metadata.name}-${hash}`
  const labels = { ...spec.template.metadata?.labels, [templateHashLabel]: hash }
  const replicas = newReplicaSetSize(deployment, replicaSets, undefined)
  const created = store.create('replicasets.apps', {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name,
      ...(metadata.namespace !== undefined && { namespace: metadata.namespace }),
      labels,
      annotations: {
        ...inherited(deployment),
        ...sizeAnnotations(deployment),
        [revisionAnnotation]: revision,
      },
      ownerReferences: [controllerReference(deployment)],
    },
    spec: {
      replicas,
      minReadySeconds: spec.minReadySeconds ?? 0,
      selector: {
        ...spec.selector,
        matchLabels: { ...spec.selector.matchLabels, [templateHashLabel]: hash },
      },
      template: { ...spec.template, metadata: { ...spec.template.metadata, labels } },
    },
  })
  if (!created.ok) {
    if (created.failure.reason === 'AlreadyExists') countCollision(store, deployment, collisions + 1)
    else
      events.warning(
        deployment,
        'ReplicaSetCreateError',
        `Failed to create new replica set "${name}": ${created.failure.message}`,
      )
    return { isMade: false, failure: created.failure.message }
  }
  writeRevision(store, deployment, Number(revision))
  if (replicas > 0)
    events.normal(deployment, 'ScalingReplicaSet', `Scaled up replica set ${name} to ${replicas}`)
  return { replicaSet: created.value, isMade: true }
}

/** Another object has the name: the next one is made of another content. */
function countCollision(store: KindStore, deployment: Deployment, collisionCount: number): void {
  const { name, namespace } = deployment.metadata
  store.update(
    'deployments.apps',
    name,
    namespace,
    current => ({ ...current, status: { ...current.status, collisionCount } }),
    'status',
  )
}

/** A template that is wanted again is a new revision; the earlier number goes into its history. */
function asNewest(store: KindStore, deployment: Deployment, found: ReplicaSet, revision: string): ReplicaSet {
  const annotations = found.metadata.annotations ?? {}
  const earlier = annotations[revisionAnnotation]
  const isRaised = revisionOf(found) < Number(revision)
  const history = [annotations[revisionHistoryAnnotation], isRaised ? earlier : undefined].filter(Boolean)
  return replaceReplicaSet(store, found, current => ({
    ...current,
    metadata: {
      ...current.metadata,
      annotations: {
        ...current.metadata.annotations,
        ...inherited(deployment),
        ...(isRaised && { [revisionAnnotation]: revision }),
        ...(history.length > 0 && { [revisionHistoryAnnotation]: history.join(',') }),
      },
    },
    spec: { ...current.spec, minReadySeconds: deployment.spec.minReadySeconds ?? 0 },
  }))
}

function inherited(deployment: Deployment): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(deployment.metadata.annotations ?? {}).filter(([name]) => !ownAnnotations.includes(name)),
  )
}

function writeRevision(store: KindStore, deployment: Deployment, revision: number): void {
  const { name, namespace } = deployment.metadata
  store.update('deployments.apps', name, namespace, current =>
    revisionOf(current) === revision
      ? undefined
      : {
          ...current,
          metadata: {
            ...current.metadata,
            annotations: { ...current.metadata.annotations, [revisionAnnotation]: String(revision) },
          },
        },
  )
}
