import type { KubeObject } from '../../src/model/kube.ts'
import type {
  ApiError,
  ApiResult,
  CallOptions,
  KubeApi,
  ListQuery,
  ObjectName,
  PodLogOpening,
  PodLogRequest,
  PodLogStream,
  ResourceType,
  WatchHandler,
} from '../../src/model/kube-api.ts'
import { fail, ok } from '../../src/model/result.ts'
import { refuseUpdate } from './kube-validation.ts'
import { FakePodLog } from './pod-log.ts'

type Api = Omit<KubeApi, 'connectPod' | 'execPod'>

/**
 * An API server in memory. It does what a real one (1.20) was seen to do:
 *
 * - an apply that changes the spec raises the generation of those kinds that have one then (not of Jobs and Pods);
 *   one that changes nothing leaves generation and resourceVersion alone;
 * - an object of a namespace that is not there is `not-found`, and the message names the namespace;
 * - what may not change is refused as `invalid`, in the server's words (kube-validation.ts);
 * - a deleted Pod, and whatever has a finalizer, stays with a `deletionTimestamp` until it is let go;
 * - a CustomResourceDefinition is established a moment after it was made.
 */
export class FakeKubeApi implements Api {
  /** `apply Deployment/web`, `delete Job/migrate`, …, in the order in which they came. */
  readonly calls: string[] = []
  readonly logRequests: PodLogRequest[] = []
  /** Last lines by `pod/container`, with ` previous` behind it for the instance before. */
  readonly logs = new Map<string, readonly string[]>()
  /** Logs that are opened as streams, by `pod/container`. */
  readonly podLogs = new Map<string, FakePodLog>()
  /** Answers logs only once the caller gives up. */
  areLogsStuck = false
  /** Errors by call: `apply Deployment/web`. They stay until they are taken out. */
  readonly errors = new Map<string, ApiError>()
  /** Which watches this user may not open. */
  isForbidden: (query: ListQuery, type: ResourceType) => boolean = () => false
  readonly #objects = new Map<string, KubeObject>()
  readonly #watches = new Set<Watch>()
  #version = 0

  constructor() {
    this.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } })
  }

  async resourceType(apiVersion: string, kind: string): Promise<ApiResult<ResourceType>> {
    const type = types.find(one => one.apiVersion === apiVersion && one.kind === kind)
    if (type) return ok(type)
    const isDefined = [...this.#objects.values()].some(
      object =>
        object.kind === 'CustomResourceDefinition' && nameOfKind(object) === kind && isEstablished(object),
    )
    if (isDefined) return ok({ apiVersion, kind, plural: `${kind.toLowerCase()}s`, namespaced: true })
    return fail({ kind: 'unknown-kind', message: `the cluster does not know ${apiVersion} (${kind})` })
  }

  async deletableTypes(): Promise<ApiResult<readonly ResourceType[]>> {
    const error = this.errors.get('deletableTypes')
    return error ? fail(error) : ok(types)
  }

  async apply(object: KubeObject, options?: CallOptions): Promise<ApiResult<KubeObject>> {
    const refused = this.#call('apply', object.kind, object.metadata.name, options)
    if (refused) return refused
    const { namespace } = object.metadata
    if (namespace !== undefined && !this.#objects.has(`Namespace//${namespace}`)) {
      return fail({ kind: 'not-found', status: 404, message: `namespaces "${namespace}" not found` })
    }
    const before = this.#objects.get(keyOf(object))
    const invalid = before && refuseUpdate(before, object)
    if (invalid) return fail(invalid)
    return ok(this.put({ ...object, ...(before?.status !== undefined && { status: before.status }) }))
  }

  async get(type: ResourceType, name: ObjectName, options?: CallOptions): Promise<ApiResult<KubeObject>> {
    const refused = this.#call('get', type.kind, name.name, options)
    if (refused) return refused
    const object = this.object(type.kind, name.name, name.namespace)
    if (!object) return notFound(type, name)
    if (type.kind === 'CustomResourceDefinition' && !isEstablished(object)) {
      this.put({ ...object, status: { conditions: [{ type: 'Established', status: 'True' }] } })
    }
    return ok(object)
  }

  async list(
    type: ResourceType,
    query: ListQuery,
    options?: CallOptions,
  ): Promise<ApiResult<readonly KubeObject[]>> {
    const refused = this.#call('list', type.kind, '', options)
    return refused ?? ok(this.#select(type, query))
  }

  async delete(type: ResourceType, name: ObjectName, options?: CallOptions): Promise<ApiResult<void>> {
    const refused = this.#call('delete', type.kind, name.name, options)
    if (refused) return refused
    const object = this.object(type.kind, name.name, name.namespace)
    if (!object) return notFound(type, name)
    const { finalizers = [] } = object.metadata as { finalizers?: string[] }
    if (type.kind !== 'Pod' && finalizers.length === 0) this.remove(object)
    else
      this.put({ ...object, metadata: { ...object.metadata, deletionTimestamp: new Date().toISOString() } })
    return ok(undefined)
  }

  watch(type: ResourceType, query: ListQuery, handler: WatchHandler) {
    const watch = { type, query, handler }
    this.#watches.add(watch)
    queueMicrotask(() => {
      if (!this.#watches.has(watch)) return
      if (this.isForbidden(query, type))
        handler.onInterrupted({ kind: 'forbidden', status: 403, message: 'forbidden' })
      else handler.onList(this.#select(type, query))
    })
    return { close: () => void this.#watches.delete(watch) }
  }

  async podLog(request: PodLogRequest, { signal }: CallOptions = {}): Promise<ApiResult<readonly string[]>> {
    this.logRequests.push(request)
    const aborted = { kind: 'aborted', message: 'aborted' } as const
    if (this.areLogsStuck) {
      await new Promise(resolve => signal?.addEventListener('abort', resolve, { once: true }))
      return fail(aborted)
    }
    const lines = this.logs.get(`${request.pod}/${request.container}${request.previous ? ' previous' : ''}`)
    return lines
      ? ok(lines)
      : fail({ kind: 'invalid', status: 400, message: 'terminated container not found' })
  }

  async openPodLog(request: PodLogOpening, options?: CallOptions): Promise<ApiResult<PodLogStream>> {
    const log = this.podLogs.get(`${request.pod}/${request.container}`)
    return log
      ? log.open(request, options)
      : fail({ kind: 'not-found', status: 404, message: `pods "${request.pod}" not found` })
  }

  /** The log of a container that has not started yet. */
  addPodLog(pod: string, container: string): FakePodLog {
    const log = new FakePodLog()
    this.podLogs.set(`${pod}/${container}`, log)
    return log
  }

  /** What is being watched: `pods`, `deployments in shop`. */
  get watched(): readonly string[] {
    return [...this.#watches].map(({ type, query }) =>
      query.namespace === undefined ? type.plural : `${type.plural} in ${query.namespace}`,
    )
  }

  object(kind: string, name: string, namespace = ''): KubeObject | undefined {
    return this.#objects.get(`${kind}/${namespace}/${name}`)
  }

  /** Writes an object as controllers and the kubelet do, status included. */
  put(object: KubeObject): KubeObject {
    const before = this.#objects.get(keyOf(object))
    const metadata = { ...before?.metadata, ...object.metadata }
    if (before && same({ ...object, metadata }, before)) return before
    const hasGeneration = !['Job', 'Pod', 'Namespace', 'ConfigMap'].includes(object.kind)
    const isNewSpec = !before || !same(before.spec, object.spec)
    const written: KubeObject = {
      ...object,
      metadata: {
        ...metadata,
        uid: metadata.uid ?? `uid-${++this.#version}`,
        resourceVersion: String(++this.#version),
        ...(hasGeneration && { generation: (before?.metadata.generation ?? 0) + (isNewSpec ? 1 : 0) }),
      },
    }
    this.#objects.set(keyOf(object), written)
    this.#tell(written, ({ handler }) => handler.onChange(written))
    return written
  }

  /** It is gone: its finalizers are done, its containers have ended. */
  remove(object: KubeObject): void {
    this.#objects.delete(keyOf(object))
    this.#tell(object, ({ handler }) => handler.onDelete(object))
  }

  /** As `remove`, while no watch hears of it. */
  loseSilently(object: KubeObject): void {
    this.#objects.delete(keyOf(object))
  }

  /** The connection to the server is lost: no watch hears anything more. */
  interrupt(error: ApiError): void {
    for (const { handler } of this.#watches) handler.onInterrupted(error)
  }

  /** The server answers again: every watch lists, and goes on. */
  recover(): void {
    for (const { type, query, handler } of this.#watches) {
      handler.onList(this.#select(type, query))
      handler.onInterrupted(undefined)
    }
  }

  #call(
    verb: string,
    kind: string,
    name: string,
    options: CallOptions = {},
  ): ReturnType<typeof fail<ApiError>> | undefined {
    const call = name === '' ? `${verb} ${kind}` : `${verb} ${kind}/${name}`
    this.calls.push(call)
    const error = options.signal?.aborted
      ? ({ kind: 'aborted', message: 'aborted' } as const)
      : this.errors.get(call)
    return error && fail(error)
  }

  #select(type: ResourceType, query: ListQuery): readonly KubeObject[] {
    return [...this.#objects.values()].filter(object => matches(object, type, query))
  }

  #tell(object: KubeObject, tell: (watch: Watch) => void): void {
    for (const watch of this.#watches) {
      const isAllowed = !this.isForbidden(watch.query, watch.type)
      if (isAllowed && matches(object, watch.type, watch.query)) tell(watch)
    }
  }
}

interface Watch {
  readonly type: ResourceType
  readonly query: ListQuery
  readonly handler: WatchHandler
}

const types: readonly ResourceType[] = [
  ...['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'].map(kind => typeOf('apps/v1', kind)),
  ...['Job', 'CronJob'].map(kind => typeOf('batch/v1', kind)),
  ...['Pod', 'Service', 'ConfigMap', 'Secret', 'ServiceAccount', 'PersistentVolumeClaim', 'Event'].map(kind =>
    typeOf('v1', kind),
  ),
  { ...typeOf('v1', 'Namespace'), namespaced: false },
  { ...typeOf('apiextensions.k8s.io/v1', 'CustomResourceDefinition'), namespaced: false },
]

function typeOf(apiVersion: string, kind: string): ResourceType {
  return { apiVersion, kind, plural: `${kind.toLowerCase()}s`, namespaced: true }
}

function keyOf({ kind, metadata }: KubeObject): string {
  return `${kind}/${metadata.namespace ?? ''}/${metadata.name}`
}

function matches(object: KubeObject, { kind }: ResourceType, query: ListQuery): boolean {
  const labels = query.labelSelector?.split(',').map(term => term.split('=')) ?? []
  return (
    object.kind === kind &&
    (query.namespace === undefined || object.metadata.namespace === query.namespace) &&
    labels.every(([name = '', value]) => object.metadata.labels?.[name] === value)
  )
}

function notFound({ plural }: ResourceType, { name }: ObjectName) {
  return fail<ApiError>({ kind: 'not-found', status: 404, message: `${plural} "${name}" not found` })
}

function nameOfKind(definition: KubeObject): unknown {
  return (definition.spec as { names?: { kind?: string } } | undefined)?.names?.kind
}

function isEstablished(definition: KubeObject): boolean {
  return definition.status !== undefined
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
