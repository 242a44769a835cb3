import type { TerminalSize } from '../model/kube-api.ts'
import type { LogReader } from '../model/log.ts'
import type { Result } from '../model/result.ts'
import type { Shell } from '../model/shell.ts'
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

/** All that a screen shows and asks: of the session of this process, or of another one. */
export interface ScreenPort extends Port {
  /** What the project's containers say. */
  readonly logs: LogReader
  /** Restarts what a service runs, in place where that is possible. Gives what was done, for the user. */
  restart(service: string): Promise<string>
  /** A shell in a container of a service, else why there is none, for the user. */
  openShell(service: string, size: TerminalSize): Promise<Result<Shell, string>>
}

export type Listener = (event: Event, snapshot: Snapshot, before: Snapshot) => void
