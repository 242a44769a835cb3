import { isRecord } from '../util/is-record.ts'
import type { Fault, KeyPath } from './fault.ts'
import type { DevfileInput } from './input.ts'

/**
 * What is left of a Devfile's object without the values that are of a wrong shape, so that its rules can be checked all
 * the same and all faults come at once. Services and profiles keep their names, as others refer to them.
 */
export function readablePart(input: unknown, faults: readonly Fault[]): DevfileInput {
  const readable = faults.reduce((current, { path }) => without(current, path), input)
  return (isRecord(readable) ? readable : {}) as DevfileInput
}

/** A list goes as a whole: its other entries would otherwise change their places. */
function without(value: unknown, [key, ...rest]: KeyPath): unknown {
  if (typeof key !== 'string' || !isRecord(value)) return undefined
  const { [key]: part, ...others } = value
  const [name, ...inside] = rest
  if ((key === 'services' || key === 'profiles') && name !== undefined && isRecord(part)) {
    return { ...others, [key]: { ...part, [name]: without(part[name], inside) ?? {} } }
  }
  const kept = rest.length === 0 ? undefined : without(part, rest)
  return kept === undefined ? others : { ...others, [key]: kept }
}
