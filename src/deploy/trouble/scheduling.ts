import { conditionOf, type PodObject } from '../pod-object.ts'
import { explainMissing } from './missing.ts'
import type { Trouble } from './trouble.ts'

/** A volume that is being made, or an old pod that is about to go, hold a pod up for as long as this (ms). */
const normalWait = 2_000
const longestWait = 15_000

/** A pod for which there is no node. */
export function explainScheduling(pod: PodObject): Trouble | undefined {
  const scheduled = conditionOf(pod, 'PodScheduled')
  if (scheduled?.reason !== 'Unschedulable') return undefined
  // What the scheduler says of preemption repeats the same reasons.
  const text = (scheduled.message ?? '').replace(/ preemption: .*$/s, '').trim()
  return {
    failure: { code: 'rollout/unschedulable', ...explain(text, pod), why: text },
    saidAfter: normalWait,
    fatalAfter: longestWait,
  }
}

function explain(text: string, pod: PodObject): { message: string; cure: string } {
  const missing = explainMissing(text, pod)
  if (missing) return missing
  if (text.includes('unbound immediate PersistentVolumeClaims')) {
    const claims = (pod.spec.volumes ?? []).flatMap(volume => volume.persistentVolumeClaim?.claimName ?? [])
    return {
      message: `The pod waits for its PersistentVolumeClaim ${claims.join(', ')}, which has no volume.`,
      cure: `"kubectl describe pvc -n ${pod.metadata.namespace} ${claims.join(' ')}" says why: often a wrong storageClassName.`,
    }
  }
  const resource = /Insufficient ([^\s,.]+(?:\.[^\s,.]+)*)/.exec(text)?.[1]
  if (resource !== undefined) {
    return {
      message: `No node has ${amountOf(pod, resource)} free, which the pod asks for.`,
      cure: `Lower resources.requests.${resource} in the manifest, stop other pods, or give the cluster more.`,
    }
  }
  const taint = /taints? \{([^}]*)\}/.exec(text)?.[1]
  if (taint?.startsWith('node.kubernetes.io/')) {
    return {
      message: `The node takes no pods now: ${taint.slice('node.kubernetes.io/'.length).replace(/[:\s]+$/, '')}.`,
      cure: '"kubectl describe nodes" says why.',
    }
  }
  if (taint !== undefined) {
    return {
      message: `The pod does not tolerate the taint ${taint.replace(/[:\s]+$/, '')} of the node.`,
      cure: 'Add a toleration to the pod template, or take the taint from the node.',
    }
  }
  if (/node affinity|node selector/.test(text)) {
    const labels = Object.entries(pod.spec.nodeSelector ?? {}).map(([name, value]) => `${name}=${value}`)
    return {
      message:
        labels.length > 0
          ? `No node has the label ${labels.join(', ')}, which the pod's nodeSelector asks for.`
          : "No node fits the pod's node affinity.",
      cure: 'Label a node ("kubectl label node"), or correct the pod template.',
    }
  }
  if (text.includes('free ports')) {
    const ports = pod.spec.containers.flatMap(({ ports = [] }) => ports.flatMap(port => port.hostPort ?? []))
    return {
      message: `The host port ${ports.join(', ')} is taken on every node.`,
      cure: 'Take hostPort out of the manifest, or stop the pod that uses it.',
    }
  }
  return {
    message: 'No node takes the pod.',
    cure: 'Change what the pod asks for, or the nodes.',
  }
}

/** `100 CPU`, `64Gi of memory`; several containers' requests as a sum that is not worked out. */
function amountOf(pod: PodObject, resource: string): string {
  const amounts = pod.spec.containers.flatMap(({ resources }) => resources?.requests?.[resource] ?? [])
  const amount = amounts.join(' + ')
  if (resource === 'cpu') return `${amount} CPU`
  return amount === '' ? `enough ${resource}` : `${amount} of ${resource}`
}
