import { fail, type Result } from '../../../model/result.ts'
import type { ObjectStore, StatusError } from '../../store/object-store.ts'
import { notFound } from '../../store/status-errors.ts'
import { type Answer, json } from '../answer.ts'
import { formOf, representObject } from '../representation.ts'
import type { ApiRequest } from '../request.ts'
import type { Target } from '../target.ts'

export function get(store: ObjectStore, target: Target, request: ApiRequest): Result<Answer, StatusError> {
  const { kind, name = '', namespace } = target
  const object = store.get(kind.resource, name, namespace)
  return object ? json(representObject(target, formOf(request), object, request)) : fail(notFound(kind, name))
}
