import type { Failure } from '../../model/failure.ts'
import type { Result } from '../../model/result.ts'
import type { ContainerDefinition } from '../kinds/pod.ts'
import { formatDuration } from './back-off.ts'
import { pause } from './pause.ts'
import type { ImageSource, PodContext } from './pod-context.ts'

const firstPauseMs = 10_000
const longestPauseMs = 5 * 60_000
/** For how long a container says why it has no image before it says that it waits for one. */
const errorMs = 1_000

/**
 * Waits until the image of a container is there. What is told meanwhile is what a node that pulls would tell.
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
  const tellOf = (failure: Failure) => {
    const isNever = imagePullPolicy === 'Never'
    const reason = isNever ? 'ErrImageNeverPull' : 'ErrImagePull'
    const why = isNever
      ? `Container image "${image}" is not present with pull policy of Never`
      : sentenceOf(failure)
    tell(reason, why)
    if (isNever) events.warning(pod(), reason, why, fieldPath)
    else events.warning(pod(), 'Failed', `Failed to pull image "${image}": ${why}`, fieldPath)
    events.warning(pod(), 'Failed', `Error: ${reason}`, fieldPath)
  }
  const look = () => images.ensure(image, signal)
  for (let pauseMs = firstPauseMs; !signal.aborted; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    let found = await look()
    if (!found.ok && !signal.aborted) {
      tellOf(found.failure)
      found = await lookAgain(look, images, errorMs, signal)
    }
    if (!found.ok && !signal.aborted) {
      if (imagePullPolicy !== 'Never') {
        tell('ImagePullBackOff', `Back-off pulling image "${image}": next look in ${formatDuration(pauseMs)}`)
        events.normal(pod(), 'BackOff', `Back-off pulling image "${image}"`, fieldPath)
      }
      found = await lookAgain(look, images, pauseMs, signal)
    }
    if (found.ok && !signal.aborted) {
      events.normal(pod(), 'Pulled', `Container image "${image}" already present on machine`, fieldPath)
      return true
    }
  }
  return false
}

type Look = () => Promise<Result<unknown>>

/** Looks whenever an image gets a name, and once more at the end of the time. */
async function lookAgain(
  look: Look,
  images: ImageSource,
  milliseconds: number,
  signal: AbortSignal,
): Promise<Result<unknown>> {
  const found = new AbortController()
  let isOver = false
  const end = pause(milliseconds, AbortSignal.any([signal, found.signal])).then(() => {
    isOver = true
  })
  try {
    for (;;) {
      await Promise.race([end, images.next])
      const looked = await look()
      if (looked.ok || isOver) return looked
    }
  } finally {
    found.abort()
  }
}

function sentenceOf({ message, why, cure }: Failure): string {
  return [message, why, cure].filter(part => part !== undefined).join(' ')
}
