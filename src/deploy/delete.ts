import { setTimeout as pause } from 'node:timers/promises'
import type { Failure } from '../model/failure.ts'
import { describeObject, type KubeObject, projectLabel, serviceLabel } from '../model/kube.ts'
import type { ApiError, KubeApi, ResourceType } from '../model/kube-api.ts'
import { fail, ok, type Result } from '../model/result.ts'
import { inBatches } from '../util/batches.ts'
import { holdsData } from './holds-data.ts'
import { inOrder } from './order.ts'

export type DeleteApi = Pick<KubeApi, 'deletableTypes' | 'list' | 'delete'>

export interface DeleteRequest {
  readonly project: string
  /** Only this service's objects; absent: all of the project. */
  readonly service?: string
  /** Leaves what holds data that cannot be made again: it is to come back with the service. */
  readonly keepsData?: boolean
  readonly signal: AbortSignal
  /** Told of each object when its deletion begins, and of those that are still there from time to time. */
  readonly onLine: (line: string) => void
}

const parallelRequests = 10
/** Milliseconds until all must be gone: more than the 30 s that pods have by default to end. */
const limitMs = 90_000
const pollMs = 250
const progressMs = 5_000

/**
 * Deletes all that carries the project's label, in the reverse of the order in which it was applied, and waits until
 * it is gone, pods included. Asks only the cluster, so it works after a crash and from another checkout.
 *
 * @returns how many objects were deleted, or what could not be.
 */
export async function deleteObjects(api: DeleteApi, request: DeleteRequest): Promise<Result<number>> {
  const { signal, onLine } = request
  const types = await api.deletableTypes({ signal })
  if (!types.ok) return fail(cannotDelete([types.failure.message]))
  const found = await findObjects(api, types.value, request)
  if (!found.ok) return found
  const owned = found.value.filter(({ object }) =>
    object.metadata.ownerReferences?.some(owner => owner.controller),
  )
  const roots = found.value.filter(one => !owned.includes(one))

  for (const group of inOrder(roots, ({ object }) => object.kind).toReversed()) {
    const refused: string[] = []
    await inBatches(group, parallelRequests, async ({ type, object }) => {
      onLine(`deleting ${describeObject(object)}`)
      const deleted = await api.delete(type, object.metadata, { signal })
      const isThere = !deleted.ok && deleted.failure.kind !== 'not-found'
      if (isThere) refused.push(`${describeObject(object)}: ${deleted.failure.message}`)
    })
    if (refused.length > 0) return fail(cannotDelete(refused))
    const gone = await waitUntilGone(api, group, request)
    if (!gone.ok) return gone
  }
  const gone = await waitUntilGone(api, owned, request)
  return gone.ok ? ok(roots.length) : gone
}

/** Made by controllers from objects of ours, whose labels they copy without naming an owner; they go with those. */
const derivedKinds = new Set(['Endpoints', 'EndpointSlice', 'Event'])

interface Found {
  readonly type: ResourceType
  readonly object: KubeObject
}

async function findObjects(
  api: DeleteApi,
  types: readonly ResourceType[],
  request: DeleteRequest,
): Promise<Result<readonly Found[]>> {
  const query = { labelSelector: selectorOf(request) }
  const errors: ApiError[] = []
  const own = types.filter(({ kind }) => !derivedKinds.has(kind) && !(request.keepsData && holdsData(kind)))
  const lists = await inBatches(own, parallelRequests, async type => {
    const listed = await api.list(type, query, { signal: request.signal })
    if (listed.ok) return listed.value.map(object => ({ type, object: { ...object, kind: type.kind } }))
    // A kind that this user may not list, or that is gone, holds nothing that devloop applied.
    if (!['forbidden', 'not-found', 'other'].includes(listed.failure.kind)) errors.push(listed.failure)
    return []
  })
  const [error] = errors
  return error ? fail(cannotDelete([error.message])) : ok(lists.flat())
}

/** Waits until the objects' own versions are gone; one that someone made anew under the same name is not waited for. */
async function waitUntilGone(
  api: DeleteApi,
  objects: readonly Found[],
  request: DeleteRequest,
): Promise<Result<void>> {
  const { signal, onLine } = request
  const begun = performance.now()
  let lastProgress = begun
  let left = objects
  while (left.length > 0) {
    left = await stillThere(api, left, request)
    if (left.length === 0) break
    const now = performance.now()
    if (signal.aborted || now - begun > limitMs) return fail(cannotDelete(left.map(one => stuck(one.object))))
    if (now - lastProgress > progressMs) {
      lastProgress = now
      onLine(`waiting for ${left.map(({ object }) => describeObject(object)).join(', ')} to end`)
    }
    await pause(pollMs, undefined, { signal }).catch(() => undefined)
  }
  return ok(undefined)
}

async function stillThere(
  api: DeleteApi,
  objects: readonly Found[],
  request: DeleteRequest,
): Promise<readonly Found[]> {
  const types = [...new Set(objects.map(({ type }) => type))]
  const query = { labelSelector: selectorOf(request) }
  const lists = await inBatches(types, parallelRequests, async type =>
    api.list(type, query, { signal: request.signal }),
  )
  // A list that fails proves nothing: what is asked for counts as still there.
  const uids = new Set(lists.flatMap(list => (list.ok ? list.value.map(({ metadata }) => metadata.uid) : [])))
  const unknown = new Set(types.filter((_, index) => lists[index]?.ok === false))
  return objects.filter(({ type, object }) => unknown.has(type) || uids.has(object.metadata.uid))
}

function selectorOf({ project, service }: DeleteRequest): string {
  return [
    `${projectLabel}=${project}`,
    ...(service === undefined ? [] : [`${serviceLabel}=${service}`]),
  ].join(',')
}

function stuck(object: KubeObject): string {
  const finalizers = object.metadata.finalizers
  const why =
    Array.isArray(finalizers) && finalizers.length > 0 ? ` (waits for ${finalizers.join(', ')})` : ''
  return `${describeObject(object)} is still there${why}`
}

function cannotDelete(reasons: readonly string[]): Failure {
  return {
    code: 'deploy/delete',
    message: 'Not everything could be deleted.',
    why: reasons.slice(0, 10).join('; '),
    cure: 'Mend what is named here and run devloop down again; it goes on where it stopped.',
  }
}
