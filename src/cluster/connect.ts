import { isDeepStrictEqual } from 'node:util'
import type { ApiError, ApiResult, KubeApi } from '../model/kube-api.ts'
import type { Project } from '../model/project.ts'
import { fail, ok, type Result } from '../model/result.ts'
import type { Closable } from '../util/scope.ts'
import { KubeClient } from './client.ts'
import { connectFailure } from './connect-failure.ts'
import { type PermittedContext, permitContext } from './contexts.ts'
import { readCredentials } from './credentials.ts'
import { type ClusterFacts, detectProvider, type NodeFacts } from './detect.ts'
import { engineEnvOf } from './docker-context.ts'
import { type KubeconfigRequest, loadContext } from './kubeconfig.ts'
import type { ClusterProvider, EngineEnv } from './provider.ts'
import { advertisedRegistry, advertisement } from './registry-address.ts'
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
  /** How images get into it, by what the Devfile says of a registry; the same one as long as it says the same. */
  provider(registry: Project['registry']): ClusterProvider
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

/** Asks the cluster for its version, its nodes and its registry, all at once: what says how images get into it. */
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
  const { version, ...found } = facts.value
  const api = new KubeClient(transport)
  return ok({
    api,
    context: context.name,
    server: context.server,
    ...(context.namespace && { namespace: context.namespace }),
    version,
    provider: remembered(registry =>
      detectProvider({ permitted, env, engineEnv, ...found, ...(registry !== undefined && { registry }) }),
    ),
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

/** A provider remembers what it has found out of engine and nodes. */
function remembered(detect: Cluster['provider']): Cluster['provider'] {
  let last: { registry: Project['registry']; provider: ClusterProvider } | undefined
  return registry => {
    if (!last || !isDeepStrictEqual(last.registry, registry)) last = { registry, provider: detect(registry) }
    return last.provider
  }
}

interface Facts extends Pick<ClusterFacts, 'nodes' | 'advertised'> {
  readonly version: string
}

async function askForFacts(transport: Transport, signal: AbortSignal): Promise<ApiResult<Facts>> {
  const [version, nodes, hosting] = await Promise.all([
    transport.json<{ gitVersion?: string }>({ path: '/version', signal }),
    // That there is more than one is all that matters.
    transport.json<NodeList>({ path: '/api/v1/nodes', query: { limit: 2 }, signal }),
    transport.json<ConfigMap>({
      path: `/api/v1/namespaces/${advertisement.namespace}/configmaps/${advertisement.name}`,
      signal,
    }),
  ])
  if (!version.ok) return version
  const { gitVersion } = version.value
  if (!gitVersion) return fail(notKubernetes)
  if (!nodes.ok && nodes.failure.kind !== 'forbidden') return nodes
  if (!hosting.ok && !['forbidden', 'not-found'].includes(hosting.failure.kind)) return hosting
  if (nodes.ok && !nodes.value.items) return fail(notKubernetes)
  const advertised = hosting.ok ? advertisedRegistry(hosting.value.data ?? {}) : undefined
  return ok({
    version: gitVersion,
    ...(nodes.ok && { nodes: (nodes.value.items ?? []).map(factsOf) }),
    ...(advertised && { advertised }),
  })
}

interface ConfigMap {
  readonly data?: Readonly<Record<string, string>>
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
