import type { Deployment, ReplicaSet } from '../kinds/workloads.ts'
import type { Rollout } from './deployment.ts'
import { maxUnavailableOf, surgeOf } from './deployment-limits.ts'
import { scaleReplicaSet } from './deployment-scale.ts'

/**
 * One step from the old pods to the new ones, as far as the strategy allows it now.
 *
 * @param waitsForOldPods `Recreate`: pods of earlier templates have not ended yet
 */
export function rollOut(rollout: Rollout, waitsForOldPods: boolean): void {
  const { deployment, newReplicaSet, oldReplicaSets } = rollout
  if (deployment.spec.strategy.type === 'Recreate') {
    for (const replicaSet of oldReplicaSets) scaleReplicaSet(rollout, replicaSet, 0)
    if (newReplicaSet && !waitsForOldPods) scaleReplicaSet(rollout, newReplicaSet, deployment.spec.replicas)
    return
  }
  if (!newReplicaSet) return
  const size = newReplicaSetSize(deployment, oldReplicaSets, newReplicaSet)
  // One step at a time: the next look goes by what this one has changed.
  if (size !== newReplicaSet.spec.replicas) scaleReplicaSet(rollout, newReplicaSet, size)
  else scaleDownOld(rollout, newReplicaSet)
}

/**
 * The size that the ReplicaSet of the wanted template may have now.
 *
 * @param newReplicaSet undefined where it is yet to be made
 */
export function newReplicaSetSize(
  deployment: Deployment,
  oldReplicaSets: readonly ReplicaSet[],
  newReplicaSet: ReplicaSet | undefined,
): number {
  const { replicas, strategy } = deployment.spec
  if (strategy.type === 'Recreate') return replicas
  const size = newReplicaSet?.spec.replicas ?? 0
  if (size >= replicas) return replicas
  const room = replicas + surgeOf(deployment) - (total(oldReplicaSets) + size)
  return size + Math.min(Math.max(room, 0), replicas - size)
}

/** First the pods that are not available anyway, then as many more as may be missing. */
function scaleDownOld(rollout: Rollout, newReplicaSet: ReplicaSet): void {
  const { deployment, oldReplicaSets } = rollout
  const old = oldReplicaSets
    .filter(({ spec }) => spec.replicas > 0)
    .sort((a, b) => Date.parse(a.metadata.creationTimestamp) - Date.parse(b.metadata.creationTimestamp))
  const minAvailable = deployment.spec.replicas - maxUnavailableOf(deployment)
  const newUnavailable = newReplicaSet.spec.replicas - availableOf(newReplicaSet)
  const mayGo = total([...old, newReplicaSet]) - minAvailable - newUnavailable
  const sizes = old.map(({ spec }) => spec.replicas)
  const unavailable = old.map(replicaSet => Math.max(replicaSet.spec.replicas - availableOf(replicaSet), 0))
  const left = takeAway(sizes, unavailable, mayGo)
  const mayMiss =
    old.reduce((sum, each) => sum + availableOf(each), availableOf(newReplicaSet)) - minAvailable
  const wanted = takeAway(left, left, Math.min(mayMiss, mayGo - (sum(sizes) - sum(left))))
  old.forEach((replicaSet, i) => {
    scaleReplicaSet(rollout, replicaSet, wanted[i] ?? 0)
  })
}

/** Makes sizes smaller, the first ones first, each at most by so many, and all together by at most `amount`. */
function takeAway(sizes: readonly number[], atMost: readonly number[], amount: number): readonly number[] {
  let remaining = Math.max(amount, 0)
  return sizes.map((size, i) => {
    const taken = Math.min(atMost[i] ?? 0, remaining)
    remaining -= taken
    return size - taken
  })
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

function availableOf({ status }: ReplicaSet): number {
  return status?.availableReplicas ?? 0
}

function total(replicaSets: readonly ReplicaSet[]): number {
  return sum(replicaSets.map(({ spec }) => spec.replicas))
}
