import type { Closable } from '../util/scope.ts'
import type { Event } from './events.ts'
import { type Plan, type PlanLimits, plan } from './plan.ts'
import type { Listener, Snapshot } from './port.ts'
import { reduce } from './reduce.ts'
import type { State } from './state.ts'
import { statusOf } from './status.ts'

/** Holds the state, and tells its listeners of every event, one event after another. */
export interface Store {
  readonly state: State
  snapshot(): Snapshot
  subscribe(listener: Listener): Closable
  /** Carries out the plan of the state as it is, and from now on that of every new state. */
  begin(): void
  /** Takes an event in. One that is dispatched by a listener is taken in after the one that is being told. */
  dispatch(event: Event): void
}

/** @param onPlan is called with the newest plan, once all that happened at once has been taken in. */
export function createStore(initial: State, limits: PlanLimits, onPlan: (plan: Plan) => void): Store {
  const listeners = new Set<Listener>()
  const queue: Event[] = []
  let state = initial
  let current = plan(state, limits)
  let snapshot = snapshotOf(state, current)
  let isDraining = false
  let hasBegun = false

  const drain = (first?: () => void) => {
    isDraining = true
    try {
      first?.()
      for (let event = queue.shift(); event; event = queue.shift()) {
        const before = snapshot
        const next = reduce(state, event)
        if (next !== state) {
          state = next
          current = plan(state, limits)
          snapshot = snapshotOf(state, current)
        }
        for (const listener of listeners) listener(event, snapshot, before)
        if (queue.length === 0 && hasBegun) onPlan(current)
      }
    } finally {
      isDraining = false
    }
  }

  return {
    get state() {
      return state
    },
    snapshot: () => snapshot,
    subscribe(listener) {
      listeners.add(listener)
      return { close: () => void listeners.delete(listener) }
    },
    begin() {
      hasBegun = true
      drain(() => onPlan(current))
    },
    dispatch(event) {
      queue.push(event)
      if (!isDraining) drain()
    },
  }
}

function snapshotOf(state: State, { holds }: Plan): Snapshot {
  const statuses = new Map(
    [...state.services.values()].map(service => [service.name, statusOf(state, service)]),
  )
  return { state, statuses, holds }
}
