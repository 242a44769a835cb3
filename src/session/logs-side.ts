import type { Listener, Snapshot } from '../engine/port.ts'
import type { ServiceState, State } from '../engine/state.ts'
import { createLogCollector, type LogTarget } from '../logs/collector.ts'
import type { KubeApi } from '../model/kube-api.ts'
import type { LogReader } from '../model/log.ts'
import { fail } from '../model/result.ts'
import type { Closable } from '../util/scope.ts'
import { logTargetsOf, lookAtContainer } from './logged-pods.ts'

/** What the project's containers say, from when each was first seen. */
export interface LogsSide extends Closable {
  /** Keeps up with the containers that there are. */
  readonly listener: Listener
  readonly lines: LogReader
}

/** Lines that are read of what a container said before devloop started. */
const earlierLines = 1_000

/** @param api the client of the cluster as it is now; undefined before there is one */
export function openLogsSide(api: () => Pick<KubeApi, 'openPodLog' | 'get'> | undefined): LogsSide {
  /** By service. */
  const targets = new Map<string, readonly LogTarget[]>()
  const collector = createLogCollector({
    api: { openPodLog: async (request, options) => api()?.openPodLog(request, options) ?? noCluster },
    look: async (target, signal) => {
      const client = api()
      return client ? lookAtContainer(client, target, signal) : noCluster
    },
  })

  function targetsOf({ name, rollout }: ServiceState, { existingPods }: State): readonly LogTarget[] {
    // Just applied, and nothing seen of it yet: what runs is still there.
    if (!rollout) return targets.get(name) ?? []
    return rollout.pods
      .flatMap(pod => logTargetsOf(name, pod))
      .map(target => (existingPods.has(target.uid) ? earlier(target) : target))
  }

  function follow({ state }: Snapshot) {
    for (const name of targets.keys()) if (!state.services.has(name)) targets.delete(name)
    for (const service of state.services.values()) targets.set(service.name, targetsOf(service, state))
    collector.follow([...targets.values()].flat())
  }

  return {
    lines: collector.lines,
    listener(_, now, before) {
      if (now.state.services !== before.state.services) follow(now)
    },
    close: () => collector.close(),
  }
}

function earlier(target: LogTarget): LogTarget {
  return { ...target, source: { ...target.source, isEarlier: true }, tailLines: earlierLines }
}

const noCluster = fail({ kind: 'unreachable', message: 'there is no cluster' } as const)
