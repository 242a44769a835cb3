/** One entry of a status' `conditions`. */
export interface Condition {
  readonly type: string
  readonly status: 'True' | 'False' | 'Unknown'
  readonly reason?: string
  readonly message?: string
  readonly lastTransitionTime?: string
  readonly lastUpdateTime?: string
  readonly lastProbeTime?: string | null
}

export function findCondition(
  conditions: readonly Condition[] | undefined,
  type: string,
): Condition | undefined {
  return conditions?.find(condition => condition.type === type)
}

/** Puts one in, in place of the one of its type; its time of transition stays where its status does. */
export function setCondition(
  conditions: readonly Condition[] | undefined,
  next: Condition,
): readonly Condition[] {
  const others = conditions ?? []
  const old = findCondition(others, next.type)
  const unchangedSince = old?.status === next.status ? old.lastTransitionTime : undefined
  const entry = { ...next, lastTransitionTime: unchangedSince ?? timestamp() }
  return old ? others.map(condition => (condition === old ? entry : condition)) : [...others, entry]
}

export function removeCondition(
  conditions: readonly Condition[] | undefined,
  type: string,
): readonly Condition[] {
  return (conditions ?? []).filter(condition => condition.type !== type)
}

/** A time as Kubernetes writes it: in whole seconds. */
export function timestamp(time: Date = new Date()): string {
  return `${time.toISOString().slice(0, 19)}Z`
}
