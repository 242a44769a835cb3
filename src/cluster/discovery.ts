import type { ApiError, ApiResult, CallOptions, ResourceType } from '../model/kube-api.ts'
import { fail, ok } from '../model/result.ts'
import { inBatches } from '../util/batches.ts'
import { nearest } from '../util/nearest.ts'
import type { Transport } from './transport.ts'

/** As many as there are kept connections: more would only make new ones. */
const parallelRequests = 8

/** Asks the server which kinds it has. What was learnt is kept; what was not found is asked for again. */
export class Discovery {
  readonly #transport: Pick<Transport, 'json'>
  readonly #known = new Map<string, readonly DiscoveredType[]>()

  constructor(transport: Pick<Transport, 'json'>) {
    this.#transport = transport
  }

  async resourceType(
    apiVersion: string,
    kind: string,
    options?: CallOptions,
  ): Promise<ApiResult<ResourceType>> {
    const known = this.#known.get(apiVersion)?.find(type => type.kind === kind)
    if (known) return ok(known)
    const types = await this.#ask(apiVersion, options)
    if (!types.ok) {
      return types.failure.kind === 'not-found' ? this.#unknownVersion(apiVersion, kind, options) : types
    }
    const found = types.value.find(type => type.kind === kind)
    return found ? ok(found) : fail(unknownKind(apiVersion, kind, types.value))
  }

  /**
   * Each kind of each group once: in the group's preferred version where that has it. A group whose own server is down is
   * left out, as nothing of it can be listed either.
   */
  async deletableTypes(options?: CallOptions): Promise<ApiResult<readonly ResourceType[]>> {
    const groups = await this.#groups(options)
    if (!groups.ok) return groups
    const versions = ['v1', ...groups.value.flatMap(group => group.versions)]
    const found = await inBatches(versions, parallelRequests, version => this.#ask(version, options))
    const types = new Map<string, ResourceType>()
    for (const answer of found) {
      if (!answer.ok && !isGone(answer.failure)) return answer
      for (const type of answer.ok ? answer.value : []) {
        const key = `${groupOf(type.apiVersion)}/${type.plural}`
        const isDeletable = type.verbs.includes('list') && type.verbs.includes('delete')
        if (isDeletable && !types.has(key)) types.set(key, type)
      }
    }
    return ok([...types.values()])
  }

  async #ask(apiVersion: string, options: CallOptions = {}): Promise<ApiResult<readonly DiscoveredType[]>> {
    const path = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
    const answer = await this.#transport.json<ApiResourceList>({ path, ...options })
    if (!answer.ok) return answer
    const types = (answer.value.resources ?? [])
      .filter(({ name }) => !name.includes('/'))
      .map(({ name, kind, namespaced, verbs }) => ({ apiVersion, kind, plural: name, namespaced, verbs }))
    this.#known.set(apiVersion, types)
    return ok(types)
  }

  async #groups(
    options: CallOptions = {},
  ): Promise<ApiResult<readonly { name: string; versions: string[] }[]>> {
    const answer = await this.#transport.json<ApiGroupList>({ path: '/apis', ...options })
    if (!answer.ok) return answer
    return ok(
      (answer.value.groups ?? []).map(({ name, versions, preferredVersion }) => ({
        name,
        versions: [...new Set([preferredVersion, ...versions].map(({ groupVersion }) => groupVersion))],
      })),
    )
  }

  async #unknownVersion(apiVersion: string, kind: string, options?: CallOptions): Promise<ApiResult<never>> {
    const groups = await this.#groups(options)
    if (!groups.ok) return groups
    const others = groups.value.find(({ name }) => name === groupOf(apiVersion))?.versions
    const hint = others ? `; of this group it has ${others.join(', ')}` : ''
    return fail({ kind: 'unknown-kind', message: `the cluster does not know ${apiVersion} (${kind})${hint}` })
  }
}

interface DiscoveredType extends ResourceType {
  readonly verbs: readonly string[]
}

interface ApiResourceList {
  readonly resources?: readonly {
    name: string
    kind: string
    namespaced: boolean
    verbs: readonly string[]
  }[]
}

interface ApiGroupList {
  readonly groups?: readonly {
    readonly name: string
    readonly versions: readonly { readonly groupVersion: string }[]
    readonly preferredVersion: { readonly groupVersion: string }
  }[]
}

/** The group was just deleted, or the server behind it does not answer, as the API server says for it. */
function isGone({ status }: ApiError): boolean {
  return status === 404 || status === 503
}

function unknownKind(apiVersion: string, kind: string, types: readonly ResourceType[]): ApiError {
  const meant = nearest(
    kind,
    types.map(type => type.kind),
  )
  const hint = meant ? `; did you mean ${meant}?` : ''
  return { kind: 'unknown-kind', message: `the cluster has no kind ${kind} in ${apiVersion}${hint}` }
}

/** `apps` of `apps/v1`; the core group has no name. */
function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : ''
}
