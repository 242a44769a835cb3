import { fieldManager, type KubeObject } from '../model/kube.ts'
import type {
  ApiResult,
  CallOptions,
  KubeApi,
  ListQuery,
  ObjectName,
  PodConnection,
  PodExec,
  PodExecution,
  PodLogOpening,
  PodLogRequest,
  PodLogStream,
  PodPort,
  ResourceType,
  WatchHandler,
} from '../model/kube-api.ts'
import { ok } from '../model/result.ts'
import type { Closable } from '../util/scope.ts'
import { Discovery } from './discovery.ts'
import { startInformer } from './informer.ts'
import { listObjects } from './list.ts'
import { connectPod } from './pod-connection.ts'
import { execPod } from './pod-exec.ts'
import { readPodLog } from './pod-log.ts'
import { openPodLog } from './pod-log-stream.ts'
import { objectPath } from './resource-path.ts'
import type { Transport } from './transport.ts'

/** Admission webhooks may take up to 30 s by themselves, which is Kubernetes' own limit for them. */
const applyTimeoutMs = 30_000

/**
 * The Kubernetes API as devloop uses it. Objects go to the server as they are: the client library's own object API would
 * drop fields that it does not know, and so hide the user's typing errors.
 */
export class KubeClient implements KubeApi, Closable {
  readonly #transport: Transport
  readonly #discovery: Discovery
  readonly #informers = new Set<Closable>()

  /** Closes the transport together with itself. */
  constructor(transport: Transport) {
    this.#transport = transport
    this.#discovery = new Discovery(transport)
  }

  resourceType(apiVersion: string, kind: string, options?: CallOptions): Promise<ApiResult<ResourceType>> {
    return this.#discovery.resourceType(apiVersion, kind, options)
  }

  deletableTypes(options?: CallOptions): Promise<ApiResult<readonly ResourceType[]>> {
    return this.#discovery.deletableTypes(options)
  }

  async apply(object: KubeObject, options: CallOptions = {}): Promise<ApiResult<KubeObject>> {
    const type = await this.resourceType(object.apiVersion, object.kind, options)
    if (!type.ok) return type
    return this.#transport.json<KubeObject>({
      ...options,
      method: 'PATCH',
      path: objectPath(type.value, object.metadata),
      query: { fieldManager, force: true, fieldValidation: 'Strict' },
      body: { type: 'application/apply-patch+yaml', text: JSON.stringify(object) },
      timeoutMs: applyTimeoutMs,
    })
  }

  get(type: ResourceType, name: ObjectName, options: CallOptions = {}): Promise<ApiResult<KubeObject>> {
    return this.#transport.json<KubeObject>({ ...options, path: objectPath(type, name) })
  }

  async list(
    type: ResourceType,
    query: ListQuery,
    options?: CallOptions,
  ): Promise<ApiResult<readonly KubeObject[]>> {
    const listed = await listObjects(this.#transport, type, query, options)
    return listed.ok ? ok(listed.value.objects) : listed
  }

  async delete(type: ResourceType, name: ObjectName, options: CallOptions = {}): Promise<ApiResult<void>> {
    const deleted = await this.#transport.json<unknown>({
      ...options,
      method: 'DELETE',
      path: objectPath(type, name),
      query: { propagationPolicy: 'Background' },
    })
    return deleted.ok ? ok(undefined) : deleted
  }

  watch(type: ResourceType, query: ListQuery, handler: WatchHandler): Closable {
    const informer = startInformer(this.#transport, type, query, handler)
    this.#informers.add(informer)
    return {
      close: () => {
        this.#informers.delete(informer)
        return informer.close()
      },
    }
  }

  podLog(request: PodLogRequest, options?: CallOptions): Promise<ApiResult<readonly string[]>> {
    return readPodLog(this.#transport, request, options)
  }

  openPodLog(request: PodLogOpening, options?: CallOptions): Promise<ApiResult<PodLogStream>> {
    return openPodLog(this.#transport, request, options)
  }

  connectPod(request: PodPort, options?: CallOptions): Promise<ApiResult<PodConnection>> {
    return connectPod(this.#transport, request, options)
  }

  execPod(request: PodExec, options?: CallOptions): Promise<ApiResult<PodExecution>> {
    return execPod(this.#transport, request, options)
  }

  async close(): Promise<void> {
    await Promise.all([...this.#informers].map(informer => informer.close()))
    this.#transport.close()
  }
}
