import { applyPatch, type Operation } from 'rfc6902'
import { fail, ok, type Result } from '../../../model/result.ts'
import type { JsonObject } from '../../schema/types.ts'

/**
 * RFC 6902: a list of operations, all of which succeed or none.
 *
 * @returns the words for the user where one fails
 */
export function applyJsonPatch(
  value: JsonObject,
  operations: readonly unknown[],
): Result<JsonObject, string> {
  const patched = structuredClone(value)
  const failures = applyPatch(patched, operations as Operation[])
  const index = failures.findIndex(failure => failure !== null)
  const failure = failures[index]
  if (!failure) return ok(patched)
  return fail(
    `operation ${index} ${JSON.stringify(operations[index])} failed: ${failure.message || failure.name}`,
  )
}
