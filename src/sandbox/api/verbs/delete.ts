import { fail, ok, type Result } from '../../../model/result.ts'
import { isRecord } from '../../../util/is-record.ts'
import type { JsonObject } from '../../schema/types.ts'
import type { DeleteOptions, ObjectStore, StatusError, StoredObject } from '../../store/object-store.ts'
import { badRequest, notFound } from '../../store/status-errors.ts'
import { type Answer, json } from '../answer.ts'
import { formOf, representList, representObject } from '../representation.ts'
import { type ApiRequest, parseBody } from '../request.ts'
import { selectionOf } from '../selection/selection.ts'
import type { Target } from '../target.ts'
import { isDryRun } from './input.ts'

export function deleteOne(
  store: ObjectStore,
  target: Target,
  request: ApiRequest,
): Result<Answer, StatusError> {
  const { kind, name = '', namespace } = target
  const options = readOptions(target, request)
  if (!options.ok) return options
  if (!store.get(kind.resource, name, namespace)) return fail(notFound(kind, name))
  const deleted = store.delete(kind.resource, name, namespace, options.value)
  if (!deleted.ok) return deleted
  const { metadata } = deleted.value
  // A pod that is deleted is given even where it is gone.
  const isGone = options.value.isDryRun
    ? metadata.deletionTimestamp === undefined
    : !isStillThere(store, target, deleted.value)
  if (!isGone || kind.resource === 'pods') {
    return json(representObject(target, formOf(request), deleted.value, request))
  }
  return json({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: {
      name: metadata.name,
      ...(kind.group !== '' && { group: kind.group }),
      kind: kind.plural,
      uid: metadata.uid,
    },
  })
}

export function deleteMany(
  store: ObjectStore,
  target: Target,
  request: ApiRequest,
): Result<Answer, StatusError> {
  const { kind, namespace } = target
  const options = readOptions(target, request)
  if (!options.ok) return options
  const selection = selectionOf(kind, request.query, namespace)
  if (!selection.ok) return selection
  const objects = store.list(kind.resource, namespace).filter(selection.value.matches)
  for (const { metadata } of objects) {
    const deleted = store.delete(kind.resource, metadata.name, metadata.namespace, options.value)
    // Another one's deletion may have taken it along.
    if (!deleted.ok && deleted.failure.code !== 404) return deleted
  }
  const metadata = { resourceVersion: String(store.version) }
  return json(representList(target, formOf(request), objects, metadata, request))
}

/** From the body, or else from the query. */
function readOptions(target: Target, request: ApiRequest): Result<DeleteOptions, StatusError> {
  const body = request.body.length === 0 ? ok<JsonObject>({}) : parseBody(request)
  if (!body.ok) return body
  const { query } = request
  const seconds = body.value.gracePeriodSeconds ?? query.get('gracePeriodSeconds') ?? undefined
  const orphans = String(body.value.orphanDependents ?? query.get('orphanDependents') ?? '')
  const policy = body.value.propagationPolicy ?? query.get('propagationPolicy') ?? policyOf(orphans, target)
  if (policy !== 'Background' && policy !== 'Foreground' && policy !== 'Orphan') {
    const words = `propagationPolicy: Unsupported value: ${JSON.stringify(policy)}: supported values: "Foreground", "Background", "Orphan"`
    return fail({
      code: 422,
      reason: 'Invalid',
      message: `DeleteOptions.meta.k8s.io "" is invalid: ${words}`,
    })
  }
  const graceSeconds = Number(seconds)
  if (seconds !== undefined && !(graceSeconds >= 0)) {
    return fail(badRequest('gracePeriodSeconds: Invalid value: must be greater than or equal to 0'))
  }
  const { preconditions } = body.value
  const { dryRun } = body.value
  return ok({
    propagation: policy,
    isDryRun: isDryRun(query) || (Array.isArray(dryRun) && dryRun.includes('All')),
    ...(seconds !== undefined && { gracePeriodSeconds: graceSeconds }),
    ...(isRecord(preconditions) && { preconditions }),
  })
}

/** Who deletes a job without a word of its pods keeps them. */
function policyOf(orphanDependents: string, { kind }: Target): string {
  if (orphanDependents === 'true') return 'Orphan'
  return orphanDependents === '' && kind.resource === 'jobs.batch' ? 'Orphan' : 'Background'
}

function isStillThere(store: ObjectStore, { kind }: Target, { metadata }: StoredObject): boolean {
  return store.get(kind.resource, metadata.name, metadata.namespace)?.metadata.uid === metadata.uid
}
