import type { ApiError, ApiResult, KubeApi } from '../model/kube-api.ts'
import { fail, ok, type Result } from '../model/result.ts'
import type { Closable } from '../util/scope.ts'
import { KubeClient } from './client.ts'
import { connectFailure } from './connect-failure.ts'
import { type PermittedContext, permitContext } from './contexts.ts'
import { readCredentials } from './credentials.ts'
import { detectProvider, type NodeFacts } from './detect.ts'
import { engineEnvOf } from './docker-context.ts'
import { type KubeconfigRequest, loadContext } from './kubeconfig.ts'
import type { ClusterProvider, EngineEnv } from './provider.ts'
import { Transport } from './transport.ts'

/** A cluster that answered, and that devloop may act in. */
export interface Cluster extends Closable {
  readonly api: KubeApi
  /** The name of the context. */
  readonly context: string
  readonly server: string
  /** The namespace that the context names. */
  readonly namespace?: string
  /** Of Kubernetes: `v1.31.2`. */
  readonly version: string
  readonly provider: ClusterProvider
}

export interface ContextRequest extends KubeconfigRequest {
  /** The Devfile's `contexts`: names or globs. */
  readonly allowed: readonly string[]
}

/** Chooses the context, and refuses one that devloop may not act in, without asking anything of the cluster. */
export function chooseContext(request: ContextRequest): Result<PermittedContext> {
  const context = loadContext(request)
  return context.ok ? permitContext(context.value, request.allowed, request.env) : context
}

export interface OpenOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  /** What `engineEnvOf` gave. */
  readonly engineEnv: EngineEnv
  readonly signal: AbortSignal
}

/** Asks the cluster for its version and its nodes, both at once, and so finds out how images get into it. */
export async function openCluster(
  permitted: PermittedContext,
  { env, engineEnv, signal }: OpenOptions,
): Promise<Result<Cluster>> {
  const { context } = permitted
  const credentials = readCredentials(context)
  if (!credentials.ok) return credentials
  const transport = new Transport(context.server, credentials.value)
  const facts = await askForFacts(transport, signal)
  if (!facts.ok) {
    transport.close()
    return fail(connectFailure(permitted, facts.failure))
  }
  const { version, nodes } = facts.value
  const api = new KubeClient(transport)
  return ok({
    api,
    context: context.name,
    server: context.server,
    ...(context.namespace && { namespace: context.namespace }),
    version,
    provider: detectProvider({ permitted, env, engineEnv, ...(nodes && { nodes }) }),
    close: () => api.close(),
  })
}

/** `chooseContext`, then `openCluster`. */
export async function connectCluster(
  request: ContextRequest & Omit<OpenOptions, 'engineEnv'>,
): Promise<Result<Cluster>> {
  const permitted = chooseContext(request)
  if (!permitted.ok) return permitted
  const engineEnv = await engineEnvOf(permitted.value, request.env, request.signal)
  return openCluster(permitted.value, { ...request, engineEnv })
}

async function askForFacts(
  transport: Transport,
  signal: AbortSignal,
): Promise<ApiResult<{ version: string; nodes?: readonly NodeFacts[] }>> {
  const [version, nodes] = await Promise.all([
    transport.json<{ gitVersion?: string }>({ path: '/version', signal }),
    // That there is more than one is all that matters.
    transport.json<NodeList>({ path: '/api/v1/nodes', query: { limit: 2 }, signal }),
  ])
  if (!version.ok) return version
  const { gitVersion } = version.value
  if (!gitVersion) return fail(notKubernetes)
  if (!nodes.ok) return nodes.failure.kind === 'forbidden' ? ok({ version: gitVersion }) : nodes
  const { items } = nodes.value
  return items ? ok({ version: gitVersion, nodes: items.map(factsOf) }) : fail(notKubernetes)
}

const notKubernetes: ApiError = { kind: 'other', message: 'what answers there is no Kubernetes API server' }

interface NodeList {
  readonly items?: readonly ListedNode[]
}

interface ListedNode {
  readonly status?: {
    readonly nodeInfo?: { readonly containerRuntimeVersion?: string; readonly kernelVersion?: string }
  }
}

function factsOf({ status }: ListedNode): NodeFacts {
  return {
    containerRuntime: status?.nodeInfo?.containerRuntimeVersion ?? 'an unknown runtime',
    kernel: status?.nodeInfo?.kernelVersion ?? '',
  }
}
