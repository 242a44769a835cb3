import type { Deployment, IntOrPercent } from '../kinds/workloads.ts'

/** How many pods there may be more than wanted. */
export function surgeOf(deployment: Deployment): number {
  return limits(deployment).maxSurge
}

/** How many pods of those that are wanted may be missing. */
export function maxUnavailableOf(deployment: Deployment): number {
  return Math.min(limits(deployment).maxUnavailable, deployment.spec.replicas)
}

/** A percentage that makes no pod of either makes one of the second: else nothing could ever go on. */
function limits({ spec }: Deployment): { readonly maxSurge: number; readonly maxUnavailable: number } {
  if (spec.strategy.type === 'Recreate') return { maxSurge: 0, maxUnavailable: spec.replicas }
  const { maxSurge = '25%', maxUnavailable = '25%' } = spec.strategy.rollingUpdate ?? {}
  const surge = Math.ceil(amount(maxSurge, spec.replicas))
  const unavailable = Math.floor(amount(maxUnavailable, spec.replicas))
  return { maxSurge: surge, maxUnavailable: surge === 0 && unavailable === 0 ? 1 : unavailable }
}

function amount(value: IntOrPercent, replicas: number): number {
  return typeof value === 'number' ? value : (Number.parseFloat(value) / 100) * replicas
}
