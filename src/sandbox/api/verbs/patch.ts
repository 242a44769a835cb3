import { fail, ok, type Result } from '../../../model/result.ts'
import { isRecord } from '../../../util/is-record.ts'
import { check } from '../../schema/check.ts'
import { convert, convertToStored } from '../../schema/conversion.ts'
import type { JsonObject } from '../../schema/types.ts'
import type { NewObject, ObjectStore, StatusError, StoredObject } from '../../store/object-store.ts'
import { badRequest, notFound } from '../../store/status-errors.ts'
import { type Answer, json } from '../answer.ts'
import { managerOf } from '../apply/manager.ts'
import { applyTo } from '../apply/server-side-apply.ts'
import { applyJsonPatch } from '../patch/json-patch.ts'
import { applyMergePatch } from '../patch/merge-patch.ts'
import { applyStrategicMergePatch } from '../patch/strategic-merge-patch.ts'
import { formOf, representObject } from '../representation.ts'
import { type ApiRequest, fromJson, parseBody } from '../request.ts'
import type { Target } from '../target.ts'
import { checkInput, isDryRun } from './input.ts'
import { writeOver } from './update.ts'

const applyType = 'application/apply-patch+yaml'

export function patch(store: ObjectStore, target: Target, request: ApiRequest): Result<Answer, StatusError> {
  if (request.contentType === applyType) return serverSideApply(store, target, request)
  const { kind, version, name = '', namespace } = target
  if (request.query.has('force'))
    return invalidOptions('force: Forbidden: may not be specified for non-apply patch')
  const current = store.get(kind.resource, name, namespace)
  if (!current) return fail(notFound(kind, name))
  const patched = patchedObject(target, convert(kind, version, current), request)
  if (!patched.ok) return patched
  const input = checkInput(target, patched.value, request.query)
  if (!input.ok) return input
  const versioned = withVersion(input.value.object, current)
  const written = writeOver(store, target, request, current, versioned)
  if (!written.ok) return written
  return json(representObject(target, formOf(request), written.value, request), 200, input.value.warnings)
}

/** Applies a patch of any of the three types. */
export function patchedObject(
  { kind, version }: Target,
  object: JsonObject,
  request: ApiRequest,
): Result<JsonObject, StatusError> {
  const parsed = fromJson(request.body.toString('utf8'))
  if (!parsed.ok) return parsed
  const change = parsed.value
  switch (request.contentType) {
    case 'application/json-patch+json': {
      if (!Array.isArray(change)) return fail(badRequest('a JSON patch is a list of operations'))
      const patched = applyJsonPatch(object, change)
      // Without details: beside the name of an object kubectl would not show the words.
      return patched.ok ? patched : fail({ code: 422, reason: 'Invalid', message: patched.failure })
    }
    case 'application/merge-patch+json':
      if (!isRecord(change)) return fail(badRequest('a merge patch is an object'))
      return ok(applyMergePatch(object, change) as JsonObject)
    case 'application/strategic-merge-patch+json': {
      if (kind.isCustom) return unsupportedType(request.contentType)
      if (!isRecord(change)) return fail(badRequest('a merge patch is an object'))
      const patched = applyStrategicMergePatch(version.schema, object, change)
      return patched.ok ? patched : fail(badRequest(patched.failure))
    }
    default:
      return unsupportedType(request.contentType)
  }
}

function unsupportedType(contentType: string): Result<never, StatusError> {
  const accepted =
    'application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json, application/apply-patch+yaml'
  return fail({
    code: 415,
    reason: 'UnsupportedMediaType',
    message: `the body of the request was in an unknown format - accepted media types include: ${accepted} (not ${contentType} for this kind)`,
  })
}

/** A patch that names no version is one of the newest. */
function withVersion(object: NewObject, { metadata }: StoredObject): NewObject {
  const { resourceVersion = metadata.resourceVersion } = object.metadata
  return { ...object, metadata: { ...object.metadata, resourceVersion } }
}

function serverSideApply(
  store: ObjectStore,
  target: Target,
  request: ApiRequest,
): Result<Answer, StatusError> {
  const { kind, version, name = '', namespace, subresource } = target
  const { query } = request
  if (!query.get('fieldManager')) {
    return invalidOptions('fieldManager: Required value: is required for apply patch')
  }
  const body = parseBody(request)
  if (!body.ok) return body
  const wanted = wantedObject(target, body.value, query)
  if (!wanted.ok) return wanted
  const live = store.get(kind.resource, name, namespace)
  if (!live && subresource !== undefined) return fail(notFound(kind, name))
  const { resourceVersion, uid } = wanted.value.metadata
  if (uid && uid !== live?.metadata.uid) return fail(badUid(target, String(uid), live))
  const applied = applyTo(target, live && convert(kind, version, live), withoutPlace(wanted.value), {
    manager: managerOf(request),
    isForced: query.get('force') === 'true',
  })
  if (!applied.ok) return applied
  const options = { isDryRun: isDryRun(query) }
  if (!live) {
    const created = store.create(kind.resource, convertToStored(kind, named(target, applied.value)), options)
    if (!created.ok) return created
    return json(representObject(target, formOf(request), created.value, request), 201)
  }
  if (resourceVersion && resourceVersion !== live.metadata.resourceVersion) {
    const versioned = { ...applied.value, metadata: { ...applied.value.metadata, resourceVersion } }
    return writeOver(store, target, request, live, versioned) as Result<never, StatusError>
  }
  const next = convertToStored(kind, applied.value) as StoredObject
  const part = subresource === 'status' ? 'status' : undefined
  const written = store.update(kind.resource, name, namespace, () => next, part, options)
  if (!written.ok) return written
  return json(representObject(target, formOf(request), written.value, request))
}

function invalidOptions(words: string): Result<never, StatusError> {
  return fail({ code: 422, reason: 'Invalid', message: `PatchOptions.meta.k8s.io "" is invalid: ${words}` })
}

/** What is applied must fit its kind: a field that is not known is never dropped. */
function wantedObject(
  target: Target,
  body: JsonObject,
  query: URLSearchParams,
): Result<NewObject, StatusError> {
  const { kind, version, name = '', namespace, subresource } = target
  if (body.apiVersion === undefined || body.kind === undefined) {
    return fail(badRequest('invalid object type: apiVersion and kind are required for apply'))
  }
  const { unknown, mismatches, duplicates } = check(version.schema, body)
  const faults = [
    ...duplicates.map(({ path, key }) => `.${path}: duplicate entries for key ${key}`),
    ...mismatches.map(({ path, found, expected }) => `.${path}: expected ${expected}, got ${found}`),
    ...unknown.map(path => `.${path}: field not declared in schema`),
  ]
  if (faults.length > 0) {
    const what = `${namespace ? `${namespace}/` : ''}${name}; ${version.apiVersion}, Kind=${kind.kind}`
    const text = faults.length === 1 ? faults[0] : `errors:\n${faults.map(fault => `  ${fault}`).join('\n')}`
    return fail({
      code: 500,
      reason: '',
      message: `failed to create typed patch object (${what}): ${text}`,
    })
  }
  const input = checkInput(target, body, query)
  if (!input.ok) return input
  const { object } = input.value
  if (object.metadata.managedFields !== undefined) {
    return fail(badRequest('metadata.managedFields must be nil'))
  }
  const { status, ...rest } = object
  if (subresource === 'status') return ok({ ...rest, ...(status !== undefined && { status }) })
  return ok(version.hasStatus || status === undefined ? rest : { ...rest, status })
}

/** The place is that of the request; what is applied says nothing of it. */
function withoutPlace(object: NewObject): NewObject {
  const { uid: _uid, resourceVersion: _version, ...metadata } = object.metadata
  return { ...object, metadata }
}

function named({ kind, name, namespace }: Target, object: NewObject): NewObject {
  const place = { ...(name !== undefined && { name }), ...(kind.isNamespaced && namespace && { namespace }) }
  return { ...object, metadata: { ...object.metadata, ...place } }
}

function badUid({ kind, name = '' }: Target, uid: string, live: StoredObject | undefined): StatusError {
  const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${live?.metadata.uid ?? ''}`
  return {
    code: 409,
    reason: 'Conflict',
    message: `Operation cannot be fulfilled on ${kind.resource} "${name}": ${why}`,
  }
}
