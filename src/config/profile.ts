import type { DevfileInput, ImageInput, ProfileInput, ServiceInput } from './input.ts'

/** A Devfile with a profile over it (the rules are at `ProfileInput`). */
export function applyProfile(input: DevfileInput, profile: ProfileInput): DevfileInput {
  const { images, services, ...plain } = profile
  return {
    ...merged(input, plain),
    images: mergedEntries(input.images, images, mergedImage),
    services: mergedEntries<ServiceInput>(input.services, services, merged),
  }
}

function mergedEntries<Value>(
  base: Readonly<Record<string, Value>> = {},
  over: Readonly<Record<string, Value>> = {},
  merge: (base: Value, over: Value) => Value,
): Record<string, Value> {
  const entries = Object.entries(over).map(([name, value]): [string, Value] => {
    const known = Object.hasOwn(base, name) ? base[name] : undefined
    return [name, known === undefined ? value : merge(known, value)]
  })
  return { ...base, ...Object.fromEntries(entries) }
}

function mergedImage(base: ImageInput, over: ImageInput): ImageInput {
  return isOfOneKind(base, over) ? merged(base, over) : over
}

/** A command of the user's is a whole of its own: what was said of another one says nothing of it. */
function isOfOneKind(base: ImageInput, over: ImageInput): boolean {
  return 'kind' in base && 'kind' in over && base.kind === over.kind && base.kind !== 'custom'
}

/** A field that is `undefined` is as good as not written. */
function merged<Value extends object>(base: Value, over: Partial<Value>): Value {
  const given = Object.entries(over).filter(([, value]) => value !== undefined)
  return { ...base, ...Object.fromEntries(given) }
}
