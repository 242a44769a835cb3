import type { PodObject } from '../pod-object.ts'
import { type Container, nameOf } from './container.ts'
import { explainMissing } from './missing.ts'
import { fatal, type Trouble } from './trouble.ts'
import { withoutWrapping } from './words.ts'

/** `state.waiting.reason` of a container that could not be made or started (kubelet). */
const reasons = new Set([
  'CreateContainerConfigError',
  'CreateContainerError',
  'PreCreateHookError',
  'PreStartHookError',
  'PostStartHookError',
  'RunContainerError',
])

export function isConfigReason(reason: string): boolean {
  return reasons.has(reason)
}

/** A container that could not be made: a wrong reference, a wrong setting, or no program to start. */
export function explainConfig(container: Container, pod: PodObject): Trouble | undefined {
  const waiting = container.status.state.waiting
  if (!waiting?.reason || !isConfigReason(waiting.reason)) return undefined
  const why = withoutWrapping(waiting.message ?? '')
  const missing = explainMissing(why, pod)
  if (missing) return fatal({ code: 'rollout/config', ...missing })
  if (why.includes('runAsNonRoot')) {
    return fatal({
      code: 'rollout/config',
      message: `The ${nameOf(container)} must not run as root (runAsNonRoot), but its image does.`,
      cure: 'Set a USER by its number in the Dockerfile or runAsUser in the manifest, or take runAsNonRoot away.',
    })
  }
  return explainStart(container, why)
}

/** Why the program of a container could not be started, from the container runtime's words. */
export function explainStart(container: Container, error: string): Trouble {
  const why = withoutWrapping(error)
  const image = container.spec.image ?? container.status.image
  const executable = /exec: "([^"]+)": (.*)/.exec(why)
  if (executable?.[2]?.includes('permission denied')) {
    return fatal({
      code: 'rollout/config',
      message: `The ${nameOf(container)} cannot be started: ${executable[1]} may not be executed.`,
      why,
      cure: `Make it executable in the image ("chmod +x"), or correct the command in the manifest or the Dockerfile.`,
    })
  }
  if (executable) {
    return fatal({
      code: 'rollout/config',
      message: `The ${nameOf(container)} cannot be started: its image ${image} has no ${executable[1]}.`,
      why,
      cure: `Correct the command in the manifest, or CMD and ENTRYPOINT in the image's Dockerfile.`,
    })
  }
  return fatal({
    code: 'rollout/config',
    message: `The ${nameOf(container)} cannot be started.`,
    ...(why !== '' && { why }),
    cure: 'Correct the settings of the container in the manifest.',
  })
}
