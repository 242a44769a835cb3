import type { Failure } from '../model/failure.ts'
import type { ApiError } from '../model/kube-api.ts'
import type { PermittedContext } from './contexts.ts'

/** Why a cluster that devloop may act in could not be opened, in words that say what to do. */
export function connectFailure(permitted: PermittedContext, error: ApiError): Failure {
  if (error.kind !== 'unauthorized' && error.kind !== 'forbidden') return unreachable(permitted, error)
  return error.status === undefined ? noCredentials(permitted, error) : notAccepted(permitted, error)
}

function unreachable({ context, tool }: PermittedContext, error: ApiError): Failure {
  return {
    code: 'cluster/unreachable',
    message: `The cluster at ${context.server} (context ${context.name}) cannot be reached.`,
    at: { file: context.cluster.file, object: `clusters.${context.clusterName}` },
    why: error.message,
    cure: tool
      ? `Is ${tool.name} running? ${tool.start(context)}`
      : 'Is it running, and this machine in its network?',
  }
}

/** Nothing was asked of the cluster: there is no token or certificate to show. */
function noCredentials({ context }: PermittedContext, error: ApiError): Failure {
  return {
    code: 'cluster/unauthorized',
    message: `There are no credentials for the cluster at ${context.server} (context ${context.name}).`,
    at: { file: context.user.file, object: `users.${context.user.name}` },
    why: error.message,
    cure: `See whether \`kubectl --context ${context.name} get namespaces\` works, and log in if it asks you to.`,
  }
}

function notAccepted({ context, tool }: PermittedContext, error: ApiError): Failure {
  return {
    code: 'cluster/unauthorized',
    message: `The cluster at ${context.server} (context ${context.name}) does not accept the kubeconfig's credentials.`,
    at: { file: context.user.file, object: `users.${context.user.name}` },
    why: error.message,
    cure: tool
      ? `They may have expired, or the cluster was made anew: ${tool.start(context)}`
      : 'They may have expired: log in to the cluster again.',
  }
}
