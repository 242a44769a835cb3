import type { Cause, State } from './state.ts'
import { replaced, touchImage, touchService, updateImage, updateService } from './touch.ts'

/* What the user asks for by name. */

const causes: readonly Cause[] = [{ kind: 'asked' }]

/** Makes a service anew, with all that it is made from. */
export function trigger(state: State, name: string, at: number): State {
  const service = state.services.get(name)
  if (!service || service.isDisabled) return state
  let next = touchService(state, name, causes, at)
  for (const ref of service.read?.images ?? []) {
    // Its nodes may have lost it.
    next = updateImage(touchImage(next, ref, causes, at), ref, ({ loaded: _, ...image }) => image)
  }
  return updateService(next, name, ({ applied: _, applyFailed: __, ...rest }) => rest)
}

/** Forgets that a service was applied, so that `plan` takes it away, and what depends on it waits for it again. */
export function disable(state: State, name: string): State {
  const known = state.services.get(name)
  const isDone = known?.isDisabled && !state.departed.get(name)?.failure
  if (!known || isDone) return state
  const next = updateService(
    state,
    name,
    ({ applied: _, applyFailed: __, rollout: ___, change: ____, ...service }) => ({
      ...service,
      isDisabled: true,
      wasLive: false,
      instances: new Map(),
    }),
  )
  return { ...next, departed: replaced(next.departed, name, {}) }
}

/** Reads a service's manifests again, since what was known of them went with its objects. */
export function enable(state: State, name: string, at: number): State {
  if (!state.services.get(name)?.isDisabled) return state
  const departed = new Map(state.departed)
  departed.delete(name)
  const next = updateService({ ...state, departed }, name, service => ({ ...service, isDisabled: false }))
  return touchService(next, name, causes, at)
}
