import { ok, type Result } from '../../../model/result.ts'
import type { ObjectStore, StatusError } from '../../store/object-store.ts'
import type { Answer } from '../answer.ts'
import type { PodReference, PodStreams } from '../pod-streams.ts'
import type { Target } from '../target.ts'
import { containerOf, findPod, logRequestOf } from './pod-request.ts'

export async function openLog(
  store: ObjectStore,
  streams: PodStreams,
  target: Target & PodReference,
  query: URLSearchParams,
  signal: AbortSignal,
): Promise<Result<Answer, StatusError>> {
  const pod = findPod(store, target)
  if (!pod.ok) return pod
  const container = containerOf(pod.value, query.get('container'))
  if (!container.ok) return container
  const request = logRequestOf(container.value, query)
  if (!request.ok) return request
  const log = await streams.log(request.value, signal)
  return log.ok ? ok({ bytes: log.value }) : log
}
