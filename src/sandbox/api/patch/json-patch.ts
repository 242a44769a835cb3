import { applyPatch, type Operation, Pointer } from 'rfc6902'
import { fail, ok, type Result } from '../../../model/result.ts'
import { isRecord } from '../../../util/is-record.ts'
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
  for (const [index, operation] of operations.entries()) {
    const fault = operationFault(patched, operation) ?? failureOf(patched, operation as Operation)
    if (fault !== undefined) return fail(`operation ${index} ${JSON.stringify(operation)} failed: ${fault}`)
  }
  return ok(patched)
}

function failureOf(value: JsonObject, operation: Operation): string | undefined {
  const [failure] = applyPatch(value, [operation])
  return failure ? failure.message || failure.name : undefined
}

/** The library takes an operation for what its type says, and goes along whatever JavaScript's own objects have. */
function operationFault(value: JsonObject, operation: unknown): string | undefined {
  if (!isRecord(operation)) return 'it is no object'
  for (const name of ['path', 'from']) {
    const pointer = operation[name]
    if (pointer === undefined) continue
    if (typeof pointer !== 'string' || !/^(?:\/|$)/.test(pointer)) return `${name} is no JSON pointer`
    if (!hasPlace(value, pointer)) return `Value required at path: ${pointer}`
  }
  return undefined
}

/** Whether a pointer leads into an object or a list that the value itself has. */
function hasPlace(value: unknown, pointer: string): boolean {
  const [, ...tokens] = Pointer.fromJSON(pointer).tokens
  const last = tokens.pop()
  let at = value
  for (const token of tokens) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, token)) return false
    at = (at as JsonObject)[token]
  }
  if (typeof at !== 'object' || at === null || last === undefined) return last === undefined
  return Object.hasOwn(at, last) || !(last in at)
}
