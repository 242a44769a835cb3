import { fail, type Result } from '../../../model/result.ts'
import { isRecord } from '../../../util/is-record.ts'
import type { ObjectStore, StatusError } from '../../store/object-store.ts'
import { notFound } from '../../store/status-errors.ts'
import { type Answer, json, methodNotAllowed } from '../answer.ts'
import { type ApiRequest, parseBody } from '../request.ts'
import type { Target } from '../target.ts'
import { isDryRun } from '../verbs/input.ts'

/** Deletes a pod as a drain of its node does. */
export function evict(store: ObjectStore, target: Target, request: ApiRequest): Result<Answer, StatusError> {
  if (request.method !== 'POST') return methodNotAllowed()
  const { kind, name = '', namespace } = target
  if (!store.get(kind.resource, name, namespace)) return fail(notFound(kind, name))
  const body = parseBody(request)
  if (!body.ok) return body
  const { gracePeriodSeconds } = isRecord(body.value.deleteOptions) ? body.value.deleteOptions : {}
  const deleted = store.delete(kind.resource, name, namespace, {
    isDryRun: isDryRun(request.query),
    ...(typeof gracePeriodSeconds === 'number' && { gracePeriodSeconds }),
  })
  if (!deleted.ok) return deleted
  return json({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' }, 201)
}
