import { fail, ok, type Result } from '../../../model/result.ts'
import { items, peek } from '../../schema/draft.ts'
import { invalid as invalidField } from '../../schema/field-error.ts'
import type { ObjectStore, StatusError, StoredObject } from '../../store/object-store.ts'
import { badRequest, invalid, notFound } from '../../store/status-errors.ts'
import type { ContainerReference, LogRequest, PodReference } from '../pod-streams.ts'
import { type Target, targetOf } from '../target.ts'

const streamed = new Set(['log', 'exec', 'attach', 'portforward'])

/** What of a pod a path names that is a stream; undefined: it is none. */
export function podStreamOf(store: ObjectStore, path: string): (Target & PodReference) | undefined {
  const target = targetOf(store.kinds, path)
  const { kind, name, namespace, subresource } = target ?? {}
  if (!target || kind?.resource !== 'pods' || !streamed.has(subresource ?? '')) return undefined
  return name !== undefined && namespace !== undefined ? { ...target, pod: name, namespace } : undefined
}

export function findPod(
  store: ObjectStore,
  { kind, namespace, pod }: Target & PodReference,
): Result<StoredObject, StatusError> {
  const found = store.get('pods', pod, namespace)
  return found ? ok(found) : fail(notFound(kind, pod))
}

/** The container that a request names; a pod of one container need not say which. */
export function containerOf(
  pod: StoredObject,
  wanted: string | null,
): Result<ContainerReference, StatusError> {
  const { name, namespace = '' } = pod.metadata
  const spec = peek(pod, 'spec')
  const own = items(spec, 'containers').map(one => String(one.name))
  const others = ['initContainers', 'ephemeralContainers'].flatMap(list =>
    items(spec, list).map(one => String(one.name)),
  )
  const [first = ''] = own
  if (!wanted) {
    if (own.length === 1) return ok({ namespace, pod: name, container: first })
    const choice = own.join(' ')
    const inits = others.length > 0 ? ` or one of the init containers: [${others.join(' ')}]` : ''
    return fail(
      badRequest(`a container name must be specified for pod ${name}, choose one of: [${choice}]${inits}`),
    )
  }
  if ([...own, ...others].includes(wanted)) return ok({ namespace, pod: name, container: wanted })
  return fail(badRequest(`container ${wanted} is not valid for pod ${name}`))
}

/** What errors about a log's parameters name. */
const logOptions = { group: '', kind: 'PodLogOptions', plural: 'podlogoptions', resource: 'podlogoptions' }

export function logRequestOf(
  container: ContainerReference,
  query: URLSearchParams,
): Result<LogRequest, StatusError> {
  const isOn = (name: string) => ['true', '1'].includes(query.get(name) ?? '')
  const seconds = query.get('sinceSeconds')
  const time = query.get('sinceTime')
  if (seconds !== null && time !== null) {
    return fail(badRequest('at most one of `sinceTime` or `sinceSeconds` may be specified'))
  }
  const since =
    seconds !== null ? new Date(Date.now() - Number(seconds) * 1_000) : time ? new Date(time) : undefined
  const tailLines = query.get('tailLines')
  const limitBytes = query.get('limitBytes')
  for (const [name, value] of Object.entries({ tailLines, limitBytes })) {
    if (value !== null && !(Number(value) >= 0)) {
      const error = invalidField(name, Number(value), 'must be greater than or equal to 0')
      return fail(invalid(logOptions, container.pod, [error]))
    }
  }
  if (since && Number.isNaN(since.getTime())) {
    const [name, value] = time === null ? ['sinceSeconds', seconds] : ['sinceTime', time]
    return fail(badRequest(`${name}: Invalid value: ${JSON.stringify(value)}`))
  }
  return ok({
    ...container,
    isPrevious: isOn('previous'),
    isFollowed: isOn('follow'),
    hasTimestamps: isOn('timestamps'),
    ...(since && { since }),
    ...(tailLines !== null && { tailLines: Number(tailLines) }),
    ...(limitBytes !== null && { limitBytes: Number(limitBytes) }),
  })
}
