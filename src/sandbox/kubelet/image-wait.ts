import type { ContainerDefinition } from '../kinds/pod.ts'
import { formatDuration } from './back-off.ts'
import { pause } from './pause.ts'
import type { PodContext } from './pod-context.ts'

const firstPauseMs = 10_000
const longestPauseMs = 5 * 60_000
/** How often a missing image is looked for; nobody tells when there is a new one. */
const lookMs = 1_000

/**
 * Waits until the image of a container is there. Nothing is pulled; what is told meanwhile is what a node that pulls would.
 *
 * @param fieldPath by which events name the container
 * @param tell the state of the container, by its reason
 * @returns false where it is not wanted any more
 */
export async function awaitImage(
  { options: { images }, events, pod }: PodContext,
  { image, imagePullPolicy }: ContainerDefinition,
  fieldPath: string,
  signal: AbortSignal,
  tell: (reason: string, message: string) => void,
): Promise<boolean> {
  const fail = (reason: string, message: string, event = message) => {
    tell(reason, message)
    events.warning(pod(), reason === 'ErrImageNeverPull' ? reason : 'Failed', event, fieldPath)
    events.warning(pod(), 'Failed', `Error: ${reason}`, fieldPath)
  }
  for (let pauseMs = firstPauseMs; !signal.aborted; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    if (images.find(image)) {
      events.normal(pod(), 'Pulled', `Container image "${image}" already present on machine`, fieldPath)
      return true
    }
    if (imagePullPolicy === 'Never')
      fail('ErrImageNeverPull', `Container image "${image}" is not present with pull policy of Never`)
    else {
      const why = `the sandbox has no image "${image}", and pulls none: build it, or take one of the bases that it knows`
      fail('ErrImagePull', why, `Failed to pull image "${image}": ${why}`)
    }
    let waitedMs = 0
    while (waitedMs < pauseMs && !signal.aborted && !images.find(image)) {
      await pause(lookMs, signal)
      if (waitedMs === 0 && imagePullPolicy !== 'Never' && !signal.aborted && !images.find(image)) {
        tell('ImagePullBackOff', `Back-off pulling image "${image}": next look in ${formatDuration(pauseMs)}`)
        events.normal(pod(), 'BackOff', `Back-off pulling image "${image}"`, fieldPath)
      }
      waitedMs += lookMs
    }
  }
  return false
}
