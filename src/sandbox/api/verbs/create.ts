import { fail, type Result } from '../../../model/result.ts'
import { convertToStored } from '../../schema/conversion.ts'
import { required } from '../../schema/field-error.ts'
import type { ObjectStore, StatusError } from '../../store/object-store.ts'
import { badRequest, invalid } from '../../store/status-errors.ts'
import { type Answer, json } from '../answer.ts'
import { managerOf } from '../apply/manager.ts'
import { recordWrite } from '../apply/ownership.ts'
import { formOf, representObject } from '../representation.ts'
import { type ApiRequest, parseBody } from '../request.ts'
import type { Target } from '../target.ts'
import { checkInput, isDryRun } from './input.ts'

export function create(store: ObjectStore, target: Target, request: ApiRequest): Result<Answer, StatusError> {
  const { kind } = target
  const body = parseBody(request)
  if (!body.ok) return body
  const input = checkInput(target, body.value, request.query)
  if (!input.ok) return input
  const { object, warnings } = input.value
  const { name, generateName, resourceVersion } = object.metadata
  if (!name && !generateName) {
    return fail(invalid(kind, '', [required('metadata.name', 'name or generateName is required')]))
  }
  if (resourceVersion) return fail(badRequest('resourceVersion should not be set on objects to be created'))
  const owned = recordWrite(target, undefined, object, managerOf(request))
  const created = store.create(kind.resource, convertToStored(kind, owned), {
    isDryRun: isDryRun(request.query),
  })
  if (!created.ok) return created
  return json(representObject(target, formOf(request), created.value, request), 201, warnings)
}
