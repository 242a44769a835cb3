import { fail, type Result } from '../../../model/result.ts'
import type { ObjectStore, StatusError, StoredObject } from '../../store/object-store.ts'
import { badRequest } from '../../store/status-errors.ts'
import { type Answer, json } from '../answer.ts'
import { formOf, representList } from '../representation.ts'
import type { ApiRequest } from '../request.ts'
import { selectionOf } from '../selection/selection.ts'
import type { Target } from '../target.ts'

/** Where a list that comes in pages goes on: as it was at a version, behind an object. */
interface Position {
  readonly version: number
  readonly after: string
}

export function list(store: ObjectStore, target: Target, request: ApiRequest): Result<Answer, StatusError> {
  const { kind, namespace } = target
  const { query } = request
  const selection = selectionOf(kind, query, namespace)
  if (!selection.ok) return selection
  const fault = optionFault(query)
  if (fault) return fail(fault)
  const token = query.get('continue')
  const position = token ? readPosition(token) : undefined
  if (token && !position) return fail(badRequest('continue key is not valid'))
  const exact =
    query.get('resourceVersionMatch') === 'Exact' ? Number(query.get('resourceVersion')) : undefined
  const version = position?.version ?? exact ?? store.version
  const objects = objectsAt(store, target, version)
  if (!objects)
    return fail(expired('The provided continue parameter is too old to display a consistent list result.'))
  const all = objects.filter(selection.value.matches)
  const rest = position ? all.filter(object => keyOf(object) > position.after) : all
  const limit = Math.max(0, Number(query.get('limit'))) || rest.length
  const page = rest.slice(0, limit)
  const last = page.at(-1)
  const metadata = {
    resourceVersion: String(version),
    ...(last &&
      rest.length > limit && {
        continue: writePosition({ version, after: keyOf(last) }),
        remainingItemCount: rest.length - limit,
      }),
  }
  return json(representList(target, formOf(request), page, metadata, request))
}

/** What is wrong with how a list or a watch is asked for, if something is. */
export function optionFault(query: URLSearchParams): StatusError | undefined {
  const wrong = ['limit', 'timeoutSeconds']
    .map(name => query.get(name) ?? '')
    .find(text => !/^-?\d*$/.test(text))
  if (wrong !== undefined) {
    return badRequest(`strconv.ParseInt: parsing ${JSON.stringify(wrong)}: invalid syntax`)
  }
  const version = query.get('resourceVersion') ?? ''
  if (!/^\d*$/.test(version)) {
    return {
      code: 422,
      reason: 'Invalid',
      message: `ListOptions.meta.k8s.io "" is invalid: resourceVersion: Invalid value: ${JSON.stringify(version)}: strconv.ParseUint: parsing ${JSON.stringify(version)}: invalid syntax`,
    }
  }
  if (!query.get('resourceVersionMatch') || version !== '' || query.has('sendInitialEvents')) return undefined
  const words =
    'resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided'
  return { code: 422, reason: 'Invalid', message: `ListOptions.meta.k8s.io "" is invalid: ${words}` }
}

export function expired(message: string): StatusError {
  return { code: 410, reason: 'Expired', message }
}

/** All objects of a kind as they were at a version: the newest ones, with what was done since undone. */
function objectsAt(
  store: ObjectStore,
  { kind, namespace }: Target,
  version: number,
): readonly StoredObject[] | undefined {
  const newest = store.list(kind.resource, namespace)
  if (version >= store.version) return newest
  const changes = store.changesSince(kind.resource, version)
  if (!changes || changes.length === 0) return changes && newest
  const objects = new Map(newest.map(object => [keyOf(object), object]))
  for (const { object, type, previous } of changes.toReversed()) {
    if (type === 'ADDED') objects.delete(keyOf(object))
    else if (previous) objects.set(keyOf(previous), previous)
  }
  return [...objects].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object)
}

function keyOf({ metadata }: StoredObject): string {
  return `${metadata.namespace ?? ''}\0${metadata.name}`
}

function writePosition(position: Position): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url')
}

function readPosition(token: string): Position | undefined {
  try {
    const position = JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as Partial<Position>
    const { version, after } = position
    return typeof version === 'number' && typeof after === 'string' ? { version, after } : undefined
  } catch {
    return undefined
  }
}
