import type { Result } from '../../model/result.ts'
import type { StatusError } from '../store/object-store.ts'
import { type Answer, json } from './answer.ts'
import { reviewGroup } from './discovery/discovery.ts'
import { type ApiRequest, parseBody } from './request.ts'

/** Whoever asks may do everything: the sandbox has no users. Undefined: that is not what is asked. */
export function answerReview(request: ApiRequest): Result<Answer, StatusError> | undefined {
  const [, plural] = new RegExp(`^/apis/${reviewGroup}/v1/(self\\w+)$`).exec(request.path) ?? []
  if (plural === undefined || request.method !== 'POST') return undefined
  const body = parseBody(request)
  if (!body.ok) return body
  if (plural === 'selfsubjectaccessreviews') {
    return json(
      { ...body.value, metadata: {}, status: { allowed: true, reason: 'the sandbox allows everything' } },
      201,
    )
  }
  if (plural !== 'selfsubjectrulesreviews') return undefined
  const everything = { verbs: ['*'], apiGroups: ['*'], resources: ['*'] }
  const status = {
    resourceRules: [everything],
    nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
    incomplete: false,
  }
  return json({ ...body.value, metadata: {}, status }, 201)
}
