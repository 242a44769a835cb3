import { setTimeout as pause } from 'node:timers/promises'
import { describeObject, type KubeObject } from '../model/kube.ts'
import type { ApiError, ApiResult, KubeApi, ResourceType } from '../model/kube-api.ts'
import { fail, ok, type Result } from '../model/result.ts'
import type { AppliedWorkload } from '../model/rollout.ts'
import { inBatches } from '../util/batches.ts'
import { holdsData } from './holds-data.ts'
import { type Injection, inject, templateDigest } from './inject.ts'
import type { ManifestObject } from './manifests.ts'
import { inOrder } from './order.ts'
import { explainRejection } from './rejection.ts'

export type ApplyApi = Pick<KubeApi, 'resourceType' | 'apply' | 'get' | 'delete'>

export interface ApplyRequest extends Injection {
  /** For objects of namespaced kinds that name none. */
  readonly namespace: string
  readonly objects: readonly ManifestObject[]
  readonly signal: AbortSignal
  /** Something worth telling that is no failure. */
  readonly onLine: (line: string) => void
}

export interface Applied {
  /** What must become ready now. */
  readonly workloads: readonly AppliedWorkload[]
  /** Objects that were deleted and made anew, because a field of theirs cannot change. */
  readonly recreated: readonly string[]
}

/** How many requests run side by side. */
const parallelRequests = 8
/** Milliseconds until an object that was deleted must be gone, or a new kind be served. */
const settleMs = 60_000
const pollMs = 100

/**
 * Gives all objects to the cluster by server-side apply, in an order in which each finds what it needs. What was
 * applied before a failure stays; applying again is harmless.
 */
export async function applyObjects(api: ApplyApi, request: ApplyRequest): Promise<Result<Applied>> {
  const workloads: AppliedWorkload[] = []
  const recreated: string[] = []
  for (const group of inOrder(request.objects, ({ object }) => object.kind)) {
    const results = await inBatches(group, parallelRequests, one => applyObject(api, request, one))
    for (const result of results) {
      if (!result.ok) return result
      if (result.value.workload) workloads.push(result.value.workload)
      if (result.value.wasRecreated) recreated.push(result.value.name)
    }
  }
  return ok({ workloads, recreated })
}

interface AppliedObject {
  readonly name: string
  readonly wasRecreated: boolean
  readonly workload?: AppliedWorkload
}

async function applyObject(
  api: ApplyApi,
  request: ApplyRequest,
  one: ManifestObject,
): Promise<Result<AppliedObject>> {
  const { signal } = request
  const reject = (error: ApiError): Result<never> => fail(explainRejection(error, one, request.namespace))
  const type = await api.resourceType(one.object.apiVersion, one.object.kind, { signal })
  if (!type.ok) return reject(type.failure)
  const object = inject(one.object, request)
  if (type.value.namespaced) object.metadata.namespace ??= request.namespace
  let applied = await api.apply(object, { signal })
  const mustRecreate = !applied.ok && isImmutable(applied.failure) && !holdsData(object.kind)
  if (mustRecreate) {
    request.onLine(`${describeObject(object)} has a field that cannot change: deleting it and making it anew`)
    applied = await recreate(api, type.value, object, signal)
  }
  if (!applied.ok) return reject(applied.failure)
  if (object.kind === 'CustomResourceDefinition') {
    const established = await waitUntilEstablished(api, type.value, object, signal)
    if (!established.ok) return reject(established.failure)
  }
  const workload = describeWorkload(object, applied.value, one)
  return ok({ name: describeObject(object), wasRecreated: mustRecreate, ...(workload && { workload }) })
}

function describeWorkload(
  object: KubeObject,
  applied: KubeObject,
  { source }: ManifestObject,
): AppliedWorkload | undefined {
  const template = templateDigest(object)
  if (template === undefined) return undefined
  return {
    apiVersion: object.apiVersion,
    kind: object.kind,
    namespace: object.metadata.namespace ?? '',
    name: object.metadata.name,
    template,
    generation: applied.metadata.generation ?? 0,
    source,
  }
}

/** The texts with which the API server refuses to change a field (its validation/ packages, since 1.9). */
function isImmutable(error: ApiError): boolean {
  if (error.kind !== 'invalid') return false
  const texts = [error.message, ...(error.causes ?? []).map(cause => cause.message)]
  return texts.some(text =>
    /field is immutable|may not (?:be changed|change fields)|updates to \w+ spec for fields other than/.test(
      text,
    ),
  )
}

async function recreate(
  api: ApplyApi,
  type: ResourceType,
  object: KubeObject,
  signal: AbortSignal,
): Promise<ApiResult<KubeObject>> {
  const deleted = await api.delete(type, object.metadata, { signal })
  if (!deleted.ok && deleted.failure.kind !== 'not-found') return deleted
  const gone = await poll(signal, `${describeObject(object)} to be deleted`, async () => {
    const found = await api.get(type, object.metadata, { signal })
    if (!found.ok) return found.failure.kind === 'not-found' ? ok(true) : found
    return ok(false)
  })
  return gone.ok ? api.apply(object, { signal }) : gone
}

async function waitUntilEstablished(
  api: ApplyApi,
  type: ResourceType,
  object: KubeObject,
  signal: AbortSignal,
): Promise<ApiResult<void>> {
  return poll(signal, `${describeObject(object)} to be established`, async () => {
    const found = await api.get(type, object.metadata, { signal })
    if (!found.ok) return found
    const { conditions = [] } = (found.value.status ?? {}) as {
      conditions?: { type: string; status: string }[]
    }
    return ok(conditions.some(condition => condition.type === 'Established' && condition.status === 'True'))
  })
}

async function poll(
  signal: AbortSignal,
  what: string,
  isDone: () => Promise<ApiResult<boolean>>,
): Promise<ApiResult<void>> {
  const deadline = performance.now() + settleMs
  while (performance.now() < deadline) {
    const done = await isDone()
    if (!done.ok) return done
    if (done.value) return ok(undefined)
    if (signal.aborted) return fail({ kind: 'aborted', message: 'cancelled' })
    await pause(pollMs, undefined, { signal }).catch(() => undefined)
  }
  return fail({ kind: 'timeout', message: `waited ${settleMs / 1_000} s for ${what}` })
}
