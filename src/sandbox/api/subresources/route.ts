import type { Result } from '../../../model/result.ts'
import type { ObjectStore, StatusError } from '../../store/object-store.ts'
import { type Answer, noSuchPath } from '../answer.ts'
import type { ApiRequest } from '../request.ts'
import type { Target } from '../target.ts'
import { evict } from './eviction.ts'
import { finalize } from './finalize.ts'
import { scale } from './scale.ts'

/** Answers for the parts of objects that are not their status. The streams of pods are answered elsewhere. */
export function answerSubresource(
  store: ObjectStore,
  target: Target,
  request: ApiRequest,
): Result<Answer, StatusError> {
  const { kind, version, subresource } = target
  if (subresource === 'scale' && version.scale) return scale(store, target, version.scale, request)
  if (kind.resource === 'pods' && subresource === 'eviction') return evict(store, target, request)
  if (kind.resource === 'namespaces' && subresource === 'finalize') return finalize(store, target, request)
  return noSuchPath
}
