import type { Node } from '../kinds/cluster.ts'
import type { NodeRequirement, PodSpec, Toleration } from '../kinds/pod.ts'
import { parseQuantity } from '../kinds/quantity.ts'
import { matchesLabels, meetsRequirement } from '../kinds/selector.ts'

/**
 * Why a pod does not belong on the node, in the scheduler's words; undefined where it does.
 */
export function whyNotScheduled(spec: PodSpec, node: Node): string | undefined {
  const { labels, name } = node.metadata
  if (!matchesLabels(spec.nodeSelector ?? {}, labels) || !matchesAffinity(spec, labels ?? {}, name))
    return "node(s) didn't match Pod's node affinity/selector"
  const taint = [...(node.spec?.taints ?? []), ...cordon(node)].find(
    ({ key, value, effect }) =>
      effect !== 'PreferNoSchedule' &&
      !(spec.tolerations ?? []).some(toleration => tolerates(toleration, key, value, effect)),
  )
  if (taint?.key === cordonKey) return 'node(s) were unschedulable'
  return taint && `node(s) had untolerated taint {${taint.key}: ${taint.value ?? ''}}`
}

/**
 * Of which resources the node has too little for a pod, in the scheduler's words; undefined where it has enough. Nobody is kept
 * from using more than that, so what several pods ask for is not added up.
 */
export function whyTooLarge(spec: PodSpec, node: Node): string | undefined {
  const scarce = ['cpu', 'memory'].filter(resource => requestOf(spec, resource) > capacityOf(node, resource))
  return scarce.length === 0 ? undefined : scarce.map(resource => `Insufficient ${resource}`).join(', 1 ')
}

/** Containers run side by side, those that prepare a pod one after the other before them. */
function requestOf({ containers, initContainers = [] }: PodSpec, resource: string): number {
  const requests = (all: PodSpec['containers']) =>
    all.map(({ resources }) => parseQuantity(resources?.requests?.[resource] ?? '0'))
  return Math.max(
    requests(containers).reduce((sum, one) => sum + one, 0),
    ...requests(initContainers),
  )
}

function capacityOf({ status }: Node, resource: string): number {
  const amount = status?.allocatable?.[resource]
  return amount === undefined ? Number.POSITIVE_INFINITY : parseQuantity(amount)
}

const cordonKey = 'node.kubernetes.io/unschedulable'

function cordon({ spec }: Node): readonly { key: string; value?: string; effect: string }[] {
  return spec?.unschedulable ? [{ key: cordonKey, effect: 'NoSchedule' }] : []
}

function tolerates(toleration: Toleration, key: string, value: string | undefined, effect: string): boolean {
  const isForEffect = !toleration.effect || toleration.effect === effect
  if (toleration.operator === 'Exists') return isForEffect && (!toleration.key || toleration.key === key)
  return isForEffect && toleration.key === key && (toleration.value ?? '') === (value ?? '')
}

function matchesAffinity(spec: PodSpec, labels: Readonly<Record<string, string>>, name: string): boolean {
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
  if (!required) return true
  return required.nodeSelectorTerms.some(
    ({ matchExpressions = [], matchFields = [] }) =>
      matchExpressions.every(requirement => meets(requirement, labels[requirement.key])) &&
      matchFields.every(requirement =>
        meets(requirement, requirement.key === 'metadata.name' ? name : undefined),
      ),
  )
}

function meets({ operator, values = [] }: NodeRequirement, value: string | undefined): boolean {
  switch (operator) {
    case 'Gt':
      return value !== undefined && Number(value) > Number(values[0])
    case 'Lt':
      return value !== undefined && Number(value) < Number(values[0])
    default:
      return meetsRequirement(operator, values, value)
  }
}
