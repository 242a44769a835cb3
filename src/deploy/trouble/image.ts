import type { PodWarning } from '../pod-warning.ts'
import type { Container } from './container.ts'
import { fatal, type Trouble } from './trouble.ts'
import { withoutWrapping } from './words.ts'

/** `state.waiting.reason` of a container whose image is not there (kubelet, package images). */
const reasons = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'ImageInspectError',
  'RegistryUnavailable',
  'SignatureValidationFailed',
])

export function isImageReason(reason: string): boolean {
  return reasons.has(reason)
}

export function explainImage(container: Container, warnings: readonly PodWarning[]): Trouble | undefined {
  const waiting = container.status.state.waiting
  if (!waiting?.reason || !isImageReason(waiting.reason)) return undefined
  const image = container.spec.image ?? container.status.image
  if (waiting.reason === 'InvalidImageName') {
    // The last words say which rule of the reference format is broken.
    const why = withoutWrapping(waiting.message ?? '').replace(/^.*: /, '')
    return fatal({
      code: 'rollout/image-pull',
      message: `"${image}" is not a valid image reference.`,
      ...(why !== '' && { why }),
      cure: `Correct the image of the container ${container.name} in the manifest.`,
    })
  }
  if (waiting.reason === 'ErrImageNeverPull') {
    return fatal({
      code: 'rollout/image-pull',
      message: `The image ${image} is not on the node, and imagePullPolicy Never forbids pulling it.`,
      cure: `Add "${nameWithoutTag(image)}" to "images" in the Devfile so that devloop builds it, or correct the image's name in the manifest.`,
    })
  }
  const why = pullError(waiting, container.name, warnings)
  const { cause, cure } = explainPullError(why, nameWithoutTag(image))
  return fatal({
    code: 'rollout/image-pull',
    message: `The image ${image} could not be pulled${cause && `: ${cause}`}.`,
    ...(why !== '' && { why }),
    cure,
  })
}

/**
 * While the kubelet waits for the next try (`ImagePullBackOff`) the status of older versions does not say why;
 * the event of the last try does. Both give the same words, so that a message does not change with every try.
 */
function pullError(
  waiting: { reason?: string; message?: string },
  container: string,
  warnings: readonly PodWarning[],
): string {
  const tried = warnings
    .filter(warning => warning.container === container && warning.message.startsWith('Failed to pull image'))
    .sort((a, b) => a.lastSeen - b.lastSeen)
    .at(-1)?.message
  const message = waiting.reason === 'ErrImagePull' ? waiting.message : (tried ?? waiting.message)
  return withoutWrapping(
    (message ?? '')
      .replace(/^Failed to pull image "[^"]*": /, '')
      .replace(/^Back-off pulling image "[^"]*"(?:: )?/, '')
      .replace(/^ErrImagePull: /, ''),
  )
}

function explainPullError(error: string, name: string): { cause: string; cure: string } {
  const build = `add "${name}" to "images" in the Devfile if devloop is to build it`
  if (/no such host|connection refused|timeout|timed out|dial tcp|no route|x509|tls:|EOF/i.test(error)) {
    return {
      cause: 'its registry does not answer',
      cure: `Check the network and the registry's name; or ${build}.`,
    }
  }
  if (/toomanyrequests|rate limit/i.test(error)) {
    return {
      cause: 'the registry allows no more pulls for now',
      cure: 'Log in to the registry, or wait; the cluster tries again by itself.',
    }
  }
  // Docker Hub and others say "denied" of what does not exist, so as not to tell what does.
  if (/does not exist or may require/i.test(error)) {
    return {
      cause: 'it does not exist, or needs a login',
      cure: `Correct the image's name in the manifest; ${build}; for a private registry give the pod imagePullSecrets.`,
    }
  }
  if (/unauthorized|denied|forbidden|no basic auth|authentication required/i.test(error)) {
    return {
      cause: 'the registry refuses access',
      cure: `Give the pod imagePullSecrets with a login for the registry; or ${build}.`,
    }
  }
  if (/not found|unknown|does not exist/i.test(error)) {
    return { cause: 'it does not exist', cure: `Correct the image's name in the manifest, or ${build}.` }
  }
  return { cause: '', cure: `Correct the image's name in the manifest, or ${build}.` }
}

function nameWithoutTag(image: string): string {
  return image.replace(/@.*$/, '').replace(/:[^:/]*$/, '')
}
