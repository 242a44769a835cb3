import { fail, ok, type Result } from '../../../model/result.ts'
import { isRecord } from '../../../util/is-record.ts'
import { check } from '../../schema/check.ts'
import type { JsonObject } from '../../schema/types.ts'
import type { NewObject, StatusError } from '../../store/object-store.ts'
import { badRequest } from '../../store/status-errors.ts'
import type { Target } from '../target.ts'

/** What a client sends, in the version that it speaks. */
export interface Input {
  readonly object: NewObject
  readonly warnings: readonly string[]
}

/** What is done about fields that the kind does not have. */
type FieldValidation = 'Ignore' | 'Warn' | 'Strict'

export function isDryRun(query: URLSearchParams): boolean {
  return query.getAll('dryRun').includes('All')
}

/** Looks at a whole object that a client wants to be written: its kind, its place, its fields. */
export function checkInput(
  target: Target,
  body: JsonObject,
  query: URLSearchParams,
): Result<Input, StatusError> {
  const { version, kind } = target
  const named = { ...body, apiVersion: body.apiVersion ?? version.apiVersion, kind: body.kind ?? kind.kind }
  const misplaced = misplacement(target, named)
  if (misplaced) return fail(badRequest(misplaced))
  const { pruned, unknown, mismatches } = check(version.schema, named)
  // What a custom kind's values must be like is looked at together with the rest of its schema.
  const [mismatch] = kind.isCustom ? [] : mismatches
  if (mismatch) {
    const { path, found, expected, detail } = mismatch
    return fail(
      badRequest(
        `${kind.kind} in version "${version.name}" cannot be handled as a ${kind.kind}: json: cannot unmarshal ${found} into field ${kind.kind}.${path} of type ${expected}${detail ? `: ${detail}` : ''}`,
      ),
    )
  }
  const validation = (query.get('fieldValidation') ?? 'Warn') as FieldValidation
  const faults = unknown.map(path => `unknown field "${path}"`)
  if (validation === 'Strict' && faults.length > 0) {
    return fail(
      badRequest(
        `${kind.kind} in version "${version.name}" cannot be handled as a ${kind.kind}: strict decoding error: ${faults.join(', ')}`,
      ),
    )
  }
  return ok({ object: placed(target, pruned as NewObject), warnings: validation === 'Warn' ? faults : [] })
}

function misplacement({ kind, version, namespace, name }: Target, body: JsonObject): string | undefined {
  if (body.apiVersion !== version.apiVersion) {
    return `the API version in the data (${body.apiVersion}) does not match the expected API version (${version.apiVersion})`
  }
  if (body.kind !== kind.kind) {
    return `${body.kind} in version "${version.name}" cannot be handled as a ${kind.kind}: converting (${body.kind}) to (${kind.kind}): unknown conversion`
  }
  const metadata = isRecord(body.metadata) ? body.metadata : {}
  if (kind.isNamespaced && metadata.namespace && metadata.namespace !== namespace) {
    return 'the namespace of the provided object does not match the namespace sent on the request'
  }
  if (name !== undefined && metadata.name && metadata.name !== name) {
    return `the name of the object (${metadata.name}) does not match the name on the URL (${name})`
  }
  return undefined
}

function placed({ kind, namespace, name }: Target, object: NewObject): NewObject {
  const { namespace: _, ...metadata } = isRecord(object.metadata) ? object.metadata : {}
  return {
    ...object,
    metadata: {
      ...metadata,
      ...(name !== undefined && { name }),
      ...(kind.isNamespaced && { namespace: namespace ?? 'default' }),
    },
  }
}
