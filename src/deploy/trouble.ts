import type { PodObject } from './pod-object.ts'
import type { PodWarning } from './pod-warning.ts'
import { explainConfig } from './trouble/config.ts'
import { containersOf } from './trouble/container.ts'
import { explainCrash, findCrash } from './trouble/crash.ts'
import { explainImage } from './trouble/image.ts'
import { explainProbe } from './trouble/probe.ts'
import { explainScheduling } from './trouble/scheduling.ts'
import { passing, type Trouble } from './trouble/trouble.ts'
import { explainVolume } from './trouble/volume.ts'

/**
 * What keeps a pod from becoming ready, in a person's words; `undefined` while it is merely starting.
 *
 * @param pod a pod that is not ready, or that has been restarted and has not proved itself yet
 * @param warnings its Warning events
 * @param output the last lines of the container instance that `findCrash` finds
 */
export function findTrouble(
  pod: PodObject,
  warnings: readonly PodWarning[],
  output: readonly string[],
): Trouble | undefined {
  const unplaced = explainEviction(pod) ?? explainScheduling(pod)
  if (unplaced) return unplaced
  const containers = containersOf(pod)
  for (const container of containers) {
    const trouble = explainImage(container, warnings) ?? explainConfig(container, pod)
    if (trouble) return trouble
  }
  for (const container of containers) {
    const trouble =
      container.status.state.running && !container.status.ready && explainProbe(container, warnings)
    if (trouble) return trouble
  }
  const crash = findCrash(pod)
  if (crash) return explainCrash(crash, pod, warnings, output)
  return explainVolume(pod, warnings)
}

/** A pod that the kubelet threw off the node, or did not let on it. What owns it makes another one. */
function explainEviction(pod: PodObject): Trouble | undefined {
  const { phase, reason = '', message = '' } = pod.status ?? {}
  if (phase !== 'Failed' || !/^(?:Evicted|OutOf\w+|UnexpectedAdmissionError)$/.test(reason)) return undefined
  return passing({
    code: reason === 'Evicted' ? 'rollout/crash' : 'rollout/unschedulable',
    message: reason === 'Evicted' ? 'The pod was evicted from its node.' : 'The node did not take the pod.',
    ...(message && { why: message.trim() }),
    cure: 'Let the pod use less of what the node is short of, or raise its limit; "kubectl describe nodes" shows what is left.',
  })
}
