import { fail, type Result } from '../../model/result.ts'
import type { ObjectStore, StatusError } from '../store/object-store.ts'
import { type Answer, methodNotAllowed, noSuchPath } from './answer.ts'
import { answerDiscovery } from './discovery/route.ts'
import type { ApiRequest } from './request.ts'
import { answerReview } from './reviews.ts'
import { answerSubresource } from './subresources/route.ts'
import { type Target, targetOf } from './target.ts'
import { create } from './verbs/create.ts'
import { deleteMany, deleteOne } from './verbs/delete.ts'
import { get } from './verbs/get.ts'
import { list } from './verbs/list.ts'
import { patch } from './verbs/patch.ts'
import { update } from './verbs/update.ts'
import { watch } from './verbs/watch.ts'

/** Answers everything but the streams of pods. */
export function route(store: ObjectStore, request: ApiRequest): Result<Answer, StatusError> {
  const refused = refuseDryRun(request)
  if (refused) return refused
  const described = answerDiscovery(store, request) ?? answerReview(request)
  if (described) return described
  const target = targetOf(store.kinds, request.path)
  if (!target) return noSuchPath
  if (target.subresource !== undefined && target.subresource !== 'status') {
    return answerSubresource(store, target, request)
  }
  if (target.subresource === 'status' && !target.version.hasStatus) return noSuchPath
  return target.name === undefined ? onMany(store, target, request) : onOne(store, target, request)
}

/** A trial run is of all stages or none. */
function refuseDryRun({ query, method }: ApiRequest): Result<never, StatusError> | undefined {
  const wrong = query.getAll('dryRun').find(stage => stage !== 'All')
  if (wrong === undefined || method === 'GET') return undefined
  const words = `dryRun: Unsupported value: ${JSON.stringify(wrong)}: supported values: "All"`
  return fail({ code: 422, reason: 'Invalid', message: `options.meta.k8s.io "" is invalid: ${words}` })
}

function onMany(store: ObjectStore, target: Target, request: ApiRequest): Result<Answer, StatusError> {
  const isScoped = !target.kind.isNamespaced || target.namespace !== undefined
  switch (request.method) {
    case 'GET':
      return isWatch(request) ? watch(store, target, request) : list(store, target, request)
    case 'POST':
      return isScoped ? create(store, target, request) : methodNotAllowed()
    case 'DELETE':
      return isScoped ? deleteMany(store, target, request) : methodNotAllowed()
    default:
      return methodNotAllowed()
  }
}

function onOne(store: ObjectStore, target: Target, request: ApiRequest): Result<Answer, StatusError> {
  switch (request.method) {
    case 'GET':
      return isWatch(request) ? watch(store, target, request) : get(store, target, request)
    case 'PUT':
      return update(store, target, request)
    case 'PATCH':
      return patch(store, target, request)
    case 'DELETE':
      return target.subresource === undefined ? deleteOne(store, target, request) : methodNotAllowed()
    default:
      return methodNotAllowed()
  }
}

function isWatch({ query }: ApiRequest): boolean {
  const watch = query.get('watch')
  return watch === 'true' || watch === '1' || watch === ''
}
