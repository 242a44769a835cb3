import { isDeepStrictEqual } from 'node:util'
import type { KindStore } from '../kinds/kind-store.ts'
import type { Deployment, ReplicaSet } from '../kinds/workloads.ts'
import type { Rollout } from './deployment.ts'
import { surgeOf } from './deployment-limits.ts'

const desiredAnnotation = 'deployment.kubernetes.io/desired-replicas'
const maxAnnotation = 'deployment.kubernetes.io/max-replicas'

/** What a ReplicaSet remembers of the size that its Deployment had: by it a change of the size is told from a rollout. */
export function sizeAnnotations(deployment: Deployment): Readonly<Record<string, string>> {
  const { replicas } = deployment.spec
  return { [desiredAnnotation]: String(replicas), [maxAnnotation]: String(replicas + surgeOf(deployment)) }
}

/** The size that is wanted has changed since the ReplicaSets were last looked at. */
export function isScaled({ deployment, newReplicaSet, oldReplicaSets }: Rollout): boolean {
  return [...oldReplicaSets, ...(newReplicaSet ? [newReplicaSet] : [])]
    .filter(({ spec }) => spec.replicas > 0)
    .map(({ metadata }) => metadata.annotations?.[desiredAnnotation])
    .some(desired => desired !== undefined && Number(desired) !== deployment.spec.replicas)
}

export function annotateWithSize({ store, deployment, newReplicaSet, oldReplicaSets }: Rollout): void {
  const annotations = sizeAnnotations(deployment)
  const concerned = oldReplicaSets.filter(({ spec }) => spec.replicas > 0)
  for (const replicaSet of newReplicaSet ? [newReplicaSet, ...concerned] : concerned)
    replaceReplicaSet(store, replicaSet, current => ({
      ...current,
      metadata: { ...current.metadata, annotations: { ...current.metadata.annotations, ...annotations } },
    }))
}

/**
 * Spreads a change of the size over the ReplicaSets of a rollout in the proportion of their pods, so that it takes no sides.
 * https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#proportional-scaling
 */
export function scaleInProportion(rollout: Rollout): void {
  const { deployment, newReplicaSet, oldReplicaSets } = rollout
  const { replicas } = deployment.spec
  const all = newReplicaSet ? [newReplicaSet, ...oldReplicaSets] : [...oldReplicaSets]
  const active = all.filter(({ spec }) => spec.replicas > 0)
  const only = active.length === 0 ? newest(all) : active.length === 1 ? active[0] : undefined
  if (only) {
    scaleReplicaSet(rollout, only, replicas)
    return
  }
  if (newReplicaSet && isSaturated(deployment, newReplicaSet)) {
    for (const replicaSet of active) if (replicaSet !== newReplicaSet) scaleReplicaSet(rollout, replicaSet, 0)
    return
  }
  if (deployment.spec.strategy.type !== 'RollingUpdate') return

  const total = active.reduce((sum, { spec }) => sum + spec.replicas, 0)
  const allowed = replicas === 0 ? 0 : replicas + surgeOf(deployment)
  let toSpread = allowed - total
  const bySize = active.toSorted((a, b) => b.spec.replicas - a.spec.replicas)
  const sizes = bySize.map(({ spec, metadata }) => {
    const maxBefore = Number(metadata.annotations?.[maxAnnotation] ?? total)
    const share = Math.round((spec.replicas * allowed) / maxBefore) - spec.replicas
    const given =
      toSpread > 0 ? Math.min(Math.max(share, 0), toSpread) : Math.max(Math.min(share, 0), toSpread)
    toSpread -= given
    return spec.replicas + given
  })
  bySize.forEach((replicaSet, i) => {
    // The largest takes what rounding has left.
    const size = (sizes[i] ?? 0) + (i === 0 ? toSpread : 0)
    scaleReplicaSet(rollout, replicaSet, Math.max(size, 0))
  })
}

/** Gives a ReplicaSet another size, and tells of it. */
export function scaleReplicaSet(rollout: Rollout, replicaSet: ReplicaSet, size: number): void {
  const { store, events, deployment } = rollout
  const before = replicaSet.spec.replicas
  if (before === size) return
  const { name } = replicaSet.metadata
  const annotations = sizeAnnotations(deployment)
  replaceReplicaSet(store, replicaSet, current => ({
    ...current,
    metadata: { ...current.metadata, annotations: { ...current.metadata.annotations, ...annotations } },
    spec: { ...current.spec, replicas: size },
  }))
  const direction = size > before ? 'up' : 'down'
  events.normal(
    deployment,
    'ScalingReplicaSet',
    `Scaled ${direction} replica set ${name} from ${before} to ${size}`,
  )
}

/** Writes a ReplicaSet where that changes it. */
export function replaceReplicaSet(
  store: KindStore,
  replicaSet: ReplicaSet,
  change: (current: ReplicaSet) => ReplicaSet,
): ReplicaSet {
  const { name, namespace } = replicaSet.metadata
  const written = store.update('replicasets.apps', name, namespace, current => {
    const changed = change(current)
    return isDeepStrictEqual(changed, current) ? undefined : changed
  })
  return written.ok ? written.value : replicaSet
}

function isSaturated({ spec }: Deployment, replicaSet: ReplicaSet): boolean {
  return (
    replicaSet.spec.replicas === spec.replicas &&
    (replicaSet.status?.availableReplicas ?? 0) === spec.replicas
  )
}

function newest(replicaSets: readonly ReplicaSet[]): ReplicaSet | undefined {
  return replicaSets.toSorted(
    (a, b) => Date.parse(b.metadata.creationTimestamp) - Date.parse(a.metadata.creationTimestamp),
  )[0]
}
