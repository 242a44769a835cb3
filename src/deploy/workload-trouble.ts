import type { PodObject } from './pod-object.ts'
import type { Trouble } from './trouble/trouble.ts'
import { plural } from './trouble/words.ts'

type TroubleFailure = Trouble['failure']

/** The API server lets a controller make no pods. */
export function explainRefusal(name: string, refusal: string): TroubleFailure {
  // What comes before names a pod that never was.
  const why = refusal.replace(/^(?:Error creating: )?pods "[^"]*" is (?:forbidden|invalid): /, '')
  const account = /serviceaccount "([^"]+)" not found/.exec(why)?.[1]
  if (account !== undefined) {
    return {
      code: 'deploy/rejected',
      message: `The ServiceAccount ${account} does not exist, so the cluster makes no pods of ${name}.`,
      cure: 'Add it to the manifests of the service, or correct serviceAccountName.',
    }
  }
  return {
    code: 'deploy/rejected',
    message: `The cluster refuses to make the pods of ${name}.`,
    why,
    cure: 'Change what the pod template asks for, or the quota or policy that forbids it.',
  }
}

export function explainStuckPod(pod: PodObject, trouble: TroubleFailure): TroubleFailure {
  const { name, namespace } = pod.metadata
  return {
    code: 'rollout/stalled',
    message: `The old pod ${name} is not replaced: Kubernetes waits for it to become ready first.`,
    why: trouble.message,
    cure: `Delete it, and the new one follows: "kubectl delete pod -n ${namespace} ${name}".`,
    ...(trouble.output && { output: trouble.output }),
  }
}

/**
 * @param reason of the Job's condition `Failed`
 * @param trouble what troubled its last pod
 */
export function explainJobEnd(
  name: string,
  reason: string,
  attempts: number,
  trouble: TroubleFailure | undefined,
): TroubleFailure {
  if (reason === 'DeadlineExceeded') {
    return {
      code: 'rollout/job',
      message: `The Job ${name} did not end within its activeDeadlineSeconds, and was stopped.`,
      cure: 'Raise activeDeadlineSeconds in the manifest, or let the Job do less.',
    }
  }
  return {
    code: 'rollout/job',
    message: `The Job ${name} failed${attempts > 0 ? ` after ${plural(attempts, 'attempt')}` : ''}.`,
    ...(trouble && { why: trouble.message }),
    cure: trouble?.cure ?? `"kubectl describe job ${name}" shows what the cluster says of it.`,
    ...(trouble?.output && { output: trouble.output }),
  }
}
