import type { Cluster } from '../cluster/connect.ts'
import type { ManifestObject } from '../deploy/manifests.ts'
import { createObserver, type Observer } from '../deploy/observe.ts'
import type { EventWithoutTime } from '../engine/loop.ts'
import type { Listener, Snapshot } from '../engine/port.ts'
import { pickBackend } from '../forward/backend.ts'
import { createForwards, type Forwards } from '../forward/forwards.ts'
import type { ForwardStatus } from '../model/forward.ts'
import type { Project } from '../model/project.ts'
import type { Closable } from '../util/scope.ts'

export interface ClusterSideOptions {
  readonly dispatch: (event: EventWithoutTime) => void
  readonly snapshot: () => Snapshot
  readonly objects: (service: string) => readonly ManifestObject[]
}

/** What goes on between this machine and the cluster besides tasks: observing pods, and forwarding ports to them. */
export interface ClusterSide extends Closable {
  readonly listener: Listener
  /** Opens the local ports of a project; who connects is held until there is a pod. */
  forward(project: Project): void
  /** There is a cluster to observe. */
  open(cluster: Cluster, project: string): void
}

export function openClusterSide({ dispatch, snapshot, objects }: ClusterSideOptions): ClusterSide {
  throw new Error('x')
}
