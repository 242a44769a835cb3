import type { Closable } from '../util/scope.ts'
import type { Event } from './events.ts'
import type { Hold } from './plan.ts'
import type { State } from './state.ts'
import type { ServiceStatus } from './status.ts'

/** The whole state at one moment: what every user interface reads. */
export interface Snapshot {
  readonly state: State
  /** In the Devfile's order. */
  readonly statuses: ReadonlyMap<string, ServiceStatus>
  /** Why a subject (`image:…`, `service:…`) is not acting, though it has something to do. */
  readonly holds: ReadonlyMap<string, Hold>
}

/** What a user interface may see and ask. The local engine implements it, and a client on a socket (`control/attached.ts`). */
export interface Port {
  snapshot(): Snapshot
  /**
   * Every event in order, with the state after it. A listener is called as part of the loop: it must be quick, and
   * must not throw.
   */
  subscribe(listener: Listener): Closable
  /** Makes a service anew: reads its manifests, builds its images and applies. Unknown names are ignored. */
  trigger(service: string): void
  /** Collects changes and starts nothing, until `resume`. What runs comes to its end. */
  pause(): void
  resume(): void
  /** Takes a service out of the cluster, and leaves it alone until `enable`. Unknown names are ignored. */
  disable(service: string): void
  enable(service: string): void
}

export type Listener = (event: Event, snapshot: Snapshot, before: Snapshot) => void
