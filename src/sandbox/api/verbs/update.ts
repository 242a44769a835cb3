import { fail, type Result } from '../../../model/result.ts'
import { convert, convertToStored } from '../../schema/conversion.ts'
import { invalid as invalidField } from '../../schema/field-error.ts'
import type {
  NewObject,
  ObjectStore,
  StatusError,
  StoredObject,
  StoreResult,
} from '../../store/object-store.ts'
import { conflict, invalid, modified, notFound } from '../../store/status-errors.ts'
import { type Answer, json } from '../answer.ts'
import { managerOf } from '../apply/manager.ts'
import { recordWrite } from '../apply/ownership.ts'
import { formOf, representObject } from '../representation.ts'
import { type ApiRequest, parseBody } from '../request.ts'
import type { Target } from '../target.ts'
import { checkInput, isDryRun } from './input.ts'

/** Replaces an object, or its status. */
export function update(store: ObjectStore, target: Target, request: ApiRequest): Result<Answer, StatusError> {
  const body = parseBody(request)
  if (!body.ok) return body
  const input = checkInput(target, body.value, request.query)
  if (!input.ok) return input
  const { kind, name = '', namespace } = target
  const current = store.get(kind.resource, name, namespace)
  if (!current) return fail(notFound(kind, name))
  const written = writeOver(store, target, request, current, input.value.object)
  if (!written.ok) return written
  return json(representObject(target, formOf(request), written.value, request), 200, input.value.warnings)
}

/** Writes what a client made of an object, if nobody else has written since it was read. */
export function writeOver(
  store: ObjectStore,
  target: Target,
  request: ApiRequest,
  current: StoredObject,
  next: NewObject,
): StoreResult<StoredObject> {
  const { kind, version, name = '', namespace, subresource } = target
  const { resourceVersion, uid } = next.metadata
  if (uid && uid !== current.metadata.uid) {
    const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${current.metadata.uid}`
    return fail(conflict(kind, name, why))
  }
  if (resourceVersion && resourceVersion !== current.metadata.resourceVersion)
    return fail(modified(kind, name))
  if (!resourceVersion && mustNameVersion(target)) {
    const error = invalidField('metadata.resourceVersion', 0, 'must be specified for an update')
    return fail(invalid(kind, name, [error]))
  }
  const part = subresource === 'status' ? 'status' : undefined
  const before = convert(kind, version, current)
  const kept = keepOther(version.hasStatus, part, before, next)
  const owned = recordWrite(target, before, kept, managerOf(request))
  const stored = convertToStored(kind, owned) as StoredObject
  const options = { isDryRun: isDryRun(request.query) }
  return store.update(kind.resource, name, namespace, () => stored, part, options)
}

/** Custom objects are not written over blindly, and the same of some of the built-in ones. */
function mustNameVersion({ kind }: Target): boolean {
  return kind.isCustom || kind.resource === 'leases.coordination.k8s.io'
}

/** What a request to the one part says of the other one does not count. */
function keepOther(
  hasStatus: boolean,
  part: 'status' | undefined,
  current: StoredObject,
  next: NewObject,
): NewObject {
  if (part === 'status') {
    const { managedFields } = next.metadata
    const metadata = { ...current.metadata, ...(managedFields !== undefined && { managedFields }) }
    return { ...current, metadata, status: next.status }
  }
  if (!hasStatus) return next
  const { status: _, ...rest } = next
  return current.status === undefined ? rest : { ...rest, status: current.status }
}
