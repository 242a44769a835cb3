import { fail, ok, type Result } from '../../../model/result.ts'
import type { Kind } from '../../schema/kind.ts'
import type { StatusError, StoredObject } from '../../store/object-store.ts'
import { badRequest } from '../../store/status-errors.ts'
import { parseFieldSelector } from './field-selector.ts'
import { parseLabelSelector } from './label-selector.ts'

/** Which objects of a kind a request is about. */
export interface Selection {
  /** Undefined: all namespaces. */
  readonly namespace: string | undefined
  readonly matches: (object: StoredObject) => boolean
}

/** @param name only the object of this name */
export function selectionOf(
  kind: Kind,
  query: URLSearchParams,
  namespace: string | undefined,
  name?: string,
): Result<Selection, StatusError> {
  const labelText = query.get('labelSelector') ?? ''
  const fieldText = query.get('fieldSelector') ?? ''
  const labels = parseLabelSelector(labelText)
  if (!labels.ok) return fail(badRequest(labels.failure))
  const fields = parseFieldSelector(kind, fieldText)
  if (!fields.ok) {
    const { group, plural, versions } = kind
    const what = `"${group}/${versions[0]?.name}, Resource=${plural}"`
    const selectors = `label selector "${labelText}", field selector "${fieldText}"`
    return fail(badRequest(`Unable to find ${what} that match ${selectors}: ${fields.failure}`))
  }
  const matches = (object: StoredObject) =>
    (namespace === undefined || object.metadata.namespace === namespace) &&
    (name === undefined || object.metadata.name === name) &&
    labels.value(object.metadata.labels ?? {}) &&
    fields.value(object)
  return ok({ namespace, matches })
}
