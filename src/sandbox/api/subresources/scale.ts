import { fail, ok, type Result } from '../../../model/result.ts'
import { isRecord } from '../../../util/is-record.ts'
import type { ScalePaths } from '../../schema/built-in-kinds.ts'
import { builtInType } from '../../schema/built-in-types.ts'
import { convert, convertToStored } from '../../schema/conversion.ts'
import type { JsonObject } from '../../schema/types.ts'
import type { ObjectStore, StatusError, StoredObject } from '../../store/object-store.ts'
import { modified, notFound } from '../../store/status-errors.ts'
import { type Answer, json, methodNotAllowed } from '../answer.ts'
import { managerOf } from '../apply/manager.ts'
import { recordWrite } from '../apply/ownership.ts'
import { type ApiRequest, parseBody } from '../request.ts'
import { labelSelectorText } from '../selection/selector-text.ts'
import type { Target } from '../target.ts'
import { valueAt, withValueAt } from '../value-at.ts'
import { isDryRun } from '../verbs/input.ts'
import { patchedObject } from '../verbs/patch.ts'

/** How many there are to be, in the same words for every kind that can say so. */
export function scale(
  store: ObjectStore,
  target: Target,
  paths: ScalePaths,
  request: ApiRequest,
): Result<Answer, StatusError> {
  const { kind, version, name = '', namespace } = target
  const stored = store.get(kind.resource, name, namespace)
  if (!stored) return fail(notFound(kind, name))
  const current = convert(kind, version, stored)
  if (request.method === 'GET') return json(scaleOf(current, paths))
  const wanted = wantedScale(target, current, paths, request)
  if (!wanted.ok) return wanted
  const { replicas, resourceVersion } = wanted.value
  if (resourceVersion && resourceVersion !== stored.metadata.resourceVersion)
    return fail(modified(kind, name))
  const next = withValueAt(current, paths.specReplicas, replicas) as StoredObject
  const owned = recordWrite(target, current, next, managerOf(request))
  const written = store.update(
    kind.resource,
    name,
    namespace,
    () => convertToStored(kind, owned) as StoredObject,
    undefined,
    { isDryRun: isDryRun(request.query) },
  )
  return written.ok ? json(scaleOf(convert(kind, version, written.value), paths)) : written
}

function wantedScale(
  target: Target,
  current: StoredObject,
  paths: ScalePaths,
  request: ApiRequest,
): Result<{ readonly replicas: number; readonly resourceVersion: unknown }, StatusError> {
  if (request.method !== 'PUT' && request.method !== 'PATCH') return methodNotAllowed()
  const body =
    request.method === 'PUT'
      ? parseBody(request)
      : patchedObject(
          { ...target, version: { ...target.version, schema: builtInType('autoscaling.v1.Scale') } },
          scaleOf(current, paths),
          request,
        )
  if (!body.ok) return body
  const { spec, metadata } = body.value
  const replicas = isRecord(spec) ? (spec.replicas ?? 0) : 0
  if (typeof replicas !== 'number' || !Number.isInteger(replicas) || replicas < 0) {
    const words = `Invalid value: ${JSON.stringify(replicas)}: must be greater than or equal to 0`
    const message = `Scale.autoscaling "${target.name}" is invalid: spec.replicas: ${words}`
    return fail({ code: 422, reason: 'Invalid', message })
  }
  return ok({ replicas, resourceVersion: isRecord(metadata) ? metadata.resourceVersion : undefined })
}

function scaleOf(object: StoredObject, { specReplicas, statusReplicas, selector }: ScalePaths): JsonObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata
  const replicas = valueAt(object, specReplicas) ?? 0
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, ...(namespace && { namespace }), uid, resourceVersion, creationTimestamp },
    spec: replicas === 0 ? {} : { replicas },
    status: {
      replicas: valueAt(object, statusReplicas) ?? 0,
      ...(selector && { selector: labelSelectorText(valueAt(object, selector)) }),
    },
  }
}
