import { fail, type Result } from '../../../model/result.ts'
import { isRecord } from '../../../util/is-record.ts'
import type { ObjectStore, StatusError } from '../../store/object-store.ts'
import { notFound } from '../../store/status-errors.ts'
import { type Answer, json, methodNotAllowed } from '../answer.ts'
import { type ApiRequest, parseBody } from '../request.ts'
import type { Target } from '../target.ts'

/** Changes what holds back the end of a namespace, `spec.finalizers`, and nothing else. */
export function finalize(
  store: ObjectStore,
  target: Target,
  request: ApiRequest,
): Result<Answer, StatusError> {
  if (request.method !== 'PUT') return methodNotAllowed()
  const { kind, name = '' } = target
  if (!store.get(kind.resource, name)) return fail(notFound(kind, name))
  const body = parseBody(request)
  if (!body.ok) return body
  const { finalizers } = isRecord(body.value.spec) ? body.value.spec : {}
  const written = store.update(kind.resource, name, undefined, current => ({
    ...current,
    spec: {
      ...(isRecord(current.spec) && current.spec),
      finalizers: Array.isArray(finalizers) ? finalizers : [],
    },
  }))
  return written.ok ? json(written.value) : written
}
