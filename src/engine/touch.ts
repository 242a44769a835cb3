import { type Cause, type ImageState, maxCauses, type ServiceState, type State } from './state.ts'
import { isFailed } from './status.ts'

/* The steps that `reduce` is made of: what makes an image or a service out of date. */

/** An image is out of date, and with it every service that uses it. */
export function touchImage(state: State, ref: string, causes: readonly Cause[], at: number): State {
  let next = updateImage(state, ref, image => ({
    ...image,
    revision: image.revision + 1,
    causes: [...image.causes, ...causes].slice(-maxCauses),
  }))
  for (const service of next.services.values()) {
    if (service.read?.images.some(used => used === ref || isMadeFrom(next, used, ref))) {
      next = openChange(next, service.name, causes, at)
    }
  }
  return next
}

export function touchService(state: State, name: string, causes: readonly Cause[], at: number): State {
  const next = updateService(state, name, service => ({ ...service, revision: service.revision + 1 }))
  return openChange(next, name, causes, at)
}

export function openChange(state: State, name: string, causes: readonly Cause[], at: number): State {
  const service = state.services.get(name)
  if (!service || service.isDisabled) return state
  // What failed has come to its end: the next edit starts a change, and a clock, of its own.
  const isNew = !service.change || isFailed(state, service)
  const change = isNew
    ? { since: at, causes: causes.slice(-maxCauses) }
    : { since: service.change.since, causes: [...service.change.causes, ...causes].slice(-maxCauses) }
  return updateService(state, name, current => ({ ...current, change }))
}

export function isMadeFrom(state: State, ref: string, base: string, seen = new Set<string>()): boolean {
  if (seen.has(ref)) return false
  seen.add(ref)
  const bases = state.images.get(ref)?.inspected?.bases ?? []
  return bases.some(one => one === base || isMadeFrom(state, one, base, seen))
}

export function updateImage(state: State, ref: string, update: (image: ImageState) => ImageState): State {
  const image = state.images.get(ref)
  return image ? { ...state, images: replaced(state.images, ref, update(image)) } : state
}

export function updateService(
  state: State,
  name: string,
  update: (service: ServiceState) => ServiceState,
): State {
  const service = state.services.get(name)
  return service ? { ...state, services: replaced(state.services, name, update(service)) } : state
}

export function replaced<V>(map: ReadonlyMap<string, V>, key: string, value: V): ReadonlyMap<string, V> {
  return new Map(map).set(key, value)
}
