import type { PodObject } from '../pod-object.ts'
import type { PodWarning } from '../pod-warning.ts'
import { explainMissing } from './missing.ts'
import { fatal, type Trouble } from './trouble.ts'
import { withoutWrapping } from './words.ts'

/** Volumes may need a few tries: a disk is still attached elsewhere, the kubelet's cache is behind. */
const normalWait = 5_000
const longestWait = 30_000

/** A volume that cannot be mounted, in a pod of which no container has started yet. */
export function explainVolume(pod: PodObject, warnings: readonly PodWarning[]): Trouble | undefined {
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])]
  if (statuses.some(({ state, lastState }) => !state.waiting || lastState.terminated)) return undefined
  const failed = warnings.filter(({ reason }) => reason === 'FailedMount' || reason === 'FailedAttachVolume')
  // The kubelet's summary of a time-out names no cause: good enough only where nothing else is known.
  const causes = failed.filter(({ message }) => !message.startsWith('Unable to attach or mount volumes'))
  const last = (causes.length > 0 ? causes : failed).toSorted((a, b) => a.lastSeen - b.lastSeen).at(-1)
  if (!last || /cache: timed out|not registered/.test(last.message)) return undefined
  const volume = /volume "([^"]+)"/.exec(last.message)?.[1]
  const why = withoutWrapping(last.message)
  const missing = explainMissing(why, pod, volume)
  if (missing) return fatal({ code: 'rollout/volume', ...missing })
  const hostPath = /hostPath type check failed: (\S+) (.*)/.exec(why)
  if (hostPath) {
    return fatal({
      code: 'rollout/volume',
      message: `The volume ${volume} cannot be mounted: on the node, ${hostPath[1]} ${hostPath[2]}.`,
      cure: 'hostPath means a path of the cluster\'s node, not of this machine: make it there, or set its type to "DirectoryOrCreate".',
    })
  }
  return {
    failure: {
      code: 'rollout/volume',
      message: `The volume${volume === undefined ? 's of the pod' : ` ${volume}`} cannot be mounted.`,
      why,
      cure: 'Correct the volume in the manifest, or what it refers to.',
    },
    saidAfter: normalWait,
    fatalAfter: longestWait,
  }
}
