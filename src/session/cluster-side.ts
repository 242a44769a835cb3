import type { Cluster } from '../cluster/connect.ts'
import type { ManifestObject } from '../deploy/manifests.ts'
import { createObserver, type Observer } from '../deploy/observe.ts'
import { instancesOf, isBehind } from '../engine/instances.ts'
import type { EventWithoutTime } from '../engine/loop.ts'
import type { Listener, Snapshot } from '../engine/port.ts'
import { isUnwanted, type State } from '../engine/state.ts'
import { pickBackend } from '../forward/backend.ts'
import { createForwards } from '../forward/forwards.ts'
import type { Failure } from '../model/failure.ts'
import type { ApiError } from '../model/kube-api.ts'
import { fail } from '../model/result.ts'
import type { Pod } from '../model/rollout.ts'
import type { Closable } from '../util/scope.ts'

export interface ClusterSideOptions {
  readonly dispatch: (event: EventWithoutTime) => void
  readonly snapshot: () => Snapshot
  /** A service's objects as last read. */
  readonly objects: (service: string) => readonly ManifestObject[]
  /** Why the cluster does not answer. */
  readonly explain: (error: ApiError) => Failure
}

/** What goes on between this machine and the cluster besides tasks: observing pods, and forwarding ports to them. */
export interface ClusterSide extends Closable {
  /** Keeps observer and forwards in step with the state. */
  readonly listener: Listener
  /** Opens the local ports of the project; who connects is held until there is a pod. */
  forward(): Promise<void>
  /** There is a cluster to observe, in place of the one before. */
  open(cluster: Cluster, project: string): void
}

export function openClusterSide(options: ClusterSideOptions): ClusterSide {
  const { dispatch, snapshot, objects, explain } = options
  let cluster: Cluster | undefined
  let observer: Observer | undefined

  const forwards = createForwards({
    pick(service, rule) {
      if (!observer) return { state: 'waiting' }
      const { state } = snapshot()
      const names = [...state.services.keys()]
      const { pods } = observer
      const isOffered = upToDate(state)
      return pickBackend(service, rule, {
        pods: pods(service).filter(isOffered),
        projectPods: names.flatMap(pods).filter(isOffered),
        objects: names.flatMap(objects).map(({ object }) => object),
        restartsOf: restartsIn(state),
      })
    },
    connect: async (backend, callOptions) =>
      cluster
        ? cluster.api.connectPod(backend, callOptions)
        : fail({ kind: 'unreachable', message: 'there is no cluster yet' }),
    onStatus: (service, statuses) => dispatch({ type: 'forward-seen', service, forwards: statuses }),
  })

  function track(state: State, before: State) {
    for (const [name, { applied }] of state.services) {
      const isNew = applied !== undefined && applied !== before.services.get(name)?.applied
      if (isNew) observer?.track(name, applied.workloads)
    }
    for (const name of before.services.keys()) if (isUnwanted(state, name)) observer?.untrack(name)
  }

  return {
    listener(event, { state }, before) {
      if (state.services !== before.state.services) track(state, before.state)
      if (event.type === 'project-reloaded' || disabledIn(state) !== disabledIn(before.state))
        void forwards.set(rulesOf(state))
      // Which pods there are, or what a Service selects, may have changed.
      if (event.type === 'rollout-seen' || event.type === 'task-ended' || event.type === 'pause-asked')
        forwards.backendsChanged()
    },
    forward: () => forwards.set(rulesOf(snapshot().state)),
    open(opened, project) {
      cluster = opened
      void observer?.close()
      observer = createObserver({
        api: opened.api,
        project,
        onRollout: (service, rollout) => dispatch({ type: 'rollout-seen', service, rollout }),
        onConnection(error) {
          if (error) dispatch({ type: 'cluster-lost', failure: explain(error) })
        },
      })
      for (const [name, { applied }] of snapshot().state.services) {
        if (applied) observer.track(name, applied.workloads)
      }
    },
    async close() {
      await Promise.all([forwards.close(), observer?.close()])
    },
  }
}

/** A pod that has just started serves what its image holds, until it was given what changed since then. */
function upToDate(state: State): (pod: Pod) => boolean {
  // Nothing is given to it before the user wants it.
  if (state.paused) return () => true
  const late = new Set<string>()
  for (const service of state.services.values()) {
    for (const found of instancesOf(state, service)) {
      const isFirst = !service.instances.has(found.instance.id)
      if (isFirst && isBehind(found)) late.add(found.instance.pod)
    }
  }
  return ({ name }) => !late.has(name)
}

function restartsIn(state: State): (pod: Pod) => number {
  const instances = [...state.services.values()].flatMap(service => [...service.instances])
  return ({ uid }) =>
    instances.reduce((sum, [id, { restarts }]) => (id.startsWith(`${uid}/`) ? sum + restarts : sum), 0)
}

/** A port of what is not to be there is refused, and not held for ever. */
function rulesOf({ project, services }: State) {
  return project.services
    .filter(({ name }) => !services.get(name)?.isDisabled)
    .flatMap(({ name, ports }) => ports.map(rule => ({ service: name, rule })))
}

function disabledIn({ services }: State): string {
  return [...services.values()].flatMap(({ name, isDisabled }) => (isDisabled ? [name] : [])).join(' ')
}
