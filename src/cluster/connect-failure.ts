import type { Failure } from '../model/failure.ts'
import type { ApiError } from '../model/kube-api.ts'
import type { PermittedContext } from './contexts.ts'

/** Why a cluster that devloop may act in could not be opened, in words that say what to do. */
export function connectFailure({ context, tool }: PermittedContext, error: ApiError): Failure {
  const place = `${context.server} (context ${context.name})`
  if (error.kind === 'unauthorized') {
    return {
      code: 'cluster/unauthorized',
      message: `the cluster at ${place} does not accept the kubeconfig's credentials`,
      at: { file: context.user.file, object: `users.${context.user.name}` },
      why: error.message,
      cure: tool
        ? `they may have expired, or the cluster was made anew: ${tool.start(context)}`
        : 'they may have expired: log in to the cluster again',
    }
  }
  if (error.kind === 'forbidden') {
    return {
      code: 'cluster/unauthorized',
      message: `the user ${context.user.name} may not look at the cluster at ${place}`,
      at: { file: context.user.file, object: `users.${context.user.name}` },
      why: error.message,
      cure: 'use a user that may list nodes, as the admin of a local cluster may',
    }
  }
  return {
    code: 'cluster/unreachable',
    message: `the cluster at ${place} cannot be reached`,
    at: { file: context.cluster.file, object: `clusters.${context.clusterName}` },
    why: error.message,
    cure: tool
      ? `is ${tool.name} running? ${tool.start(context)}`
      : 'is it running, and this machine in its network?',
  }
}
