import { projectLabel, serviceLabel } from '../model/kube.ts'
import { type ApiError, type KubeApi, podType, type ResourceType } from '../model/kube-api.ts'
import type { AppliedWorkload, Pod, Rollout } from '../model/rollout.ts'
import type { Closable } from '../util/scope.ts'
import { CrashOutput } from './crash-output.ts'
import { Interruptions } from './interruptions.ts'
import { Mirror, type WatchPlace } from './mirror.ts'
import { type ObservedPod, observePod } from './observed-pod.ts'
import type { PodObject } from './pod-object.ts'
import { type PodWarning, readWarning } from './pod-warning.ts'
import { describePods } from './rollout.ts'
import { RolloutReporter } from './rollout-reporter.ts'
import { findCrash } from './trouble/crash.ts'
import type { Trouble } from './trouble/trouble.ts'
import { findTrouble } from './trouble.ts'
import { isLiveObjectOf, type WorkloadObject, workloadTypeOf } from './workloads.ts'

export interface ObserverOptions {
  readonly api: Pick<KubeApi, 'watch' | 'podLog'>
  /** The value of the label `devloop.dev/project`. */
  readonly project: string
  /** Told of each change of a tracked service's rollout, and never of the same rollout twice. */
  readonly onRollout: (service: string, rollout: Rollout) => void
  /** The watches are interrupted (what the user sees may be old), or up to date again (`undefined`). */
  readonly onConnection: (error: ApiError | undefined) => void
}

export interface Observer extends Closable {
  /**
   * What was applied of a service, in place of what was applied before. Its rollout is told as soon as the cluster has
   * shown all there is of it, mostly at once, and even when it is the same as before.
   */
  track(service: string, workloads: readonly AppliedWorkload[]): void
  /** The service is no more, or no longer to be waited for. */
  untrack(service: string): void
  /** Pods of one service as last seen, newest first; also of one that is not tracked. */
  pods(service: string): readonly Pod[]
}

/** Watches what a project has in the cluster, and tells how far its services' rollouts have come. */
export function createObserver({ api, project, onRollout, onConnection }: ObserverOptions): Observer {
  const reporters = new Map<string, RolloutReporter>()
  const interruptions = new Interruptions(error => {
    // A watch that is closed while it is interrupted did not recover.
    if (!isClosed) onConnection(error)
  })
  const outputs = new CrashOutput(api, pod => update([serviceOf(pod)]))
  /** By the pod's uid, what was found last. */
  const troubles = new Map<string, Trouble | undefined>()
  let isClusterWide = true
  let isClosed = false

  const pods = new Mirror<ObservedPod>({
    api,
    interruptions,
    read: (object, before) => observePod(object as PodObject, before, Date.now()),
    onChange(changed, gone) {
      for (const { object } of gone) {
        outputs.forget(object)
        troubles.delete(object.metadata.uid ?? '')
      }
      update([...changed, ...gone].map(({ object }) => serviceOf(object)))
    },
    onListed: () => update([...reporters.keys()]),
    onForbidden: watchByNamespace,
  })
  const workloads = new Mirror<WorkloadObject>({
    api,
    interruptions,
    read: object => object as WorkloadObject,
    onChange: (changed, gone) => update([...changed, ...gone].map(serviceOf)),
    onListed: () => update([...reporters.keys()]),
    onForbidden: watchByNamespace,
  })
  const warnings = new Mirror<PodWarning>({
    api,
    interruptions,
    read: readWarning,
    onChange(changed) {
      const concerned = new Set(changed.map(({ pod }) => pod))
      const objects = pods.values().map(({ object }) => object)
      update(objects.filter(({ metadata }) => concerned.has(metadata.uid ?? '')).map(serviceOf))
    },
    // They only make messages better.
    onForbidden: () => true,
  })

  function watch() {
    const applied = [...reporters.values()].flatMap(reporter => reporter.workloads)
    const namespaces = [...new Set(applied.map(({ namespace }) => namespace))]
    const labelSelector = `${projectLabel}=${project}`
    const placesOf = (type: ResourceType): readonly WatchPlace[] =>
      isClusterWide
        ? [{ type, query: { labelSelector } }]
        : namespaces.map(namespace => ({ type, query: { namespace, labelSelector } }))
    pods.watch(placesOf(podType))
    const types = applied.flatMap(workload => workloadTypeOf(workload) ?? [])
    workloads.watch(uniqueTypes(types).flatMap(placesOf))
    warnings.watch(
      namespaces.map(namespace => ({ type: eventType, query: { namespace, fieldSelector: podWarnings } })),
    )
  }

  function watchByNamespace({ query }: WatchPlace): boolean {
    if (query.namespace !== undefined) return false
    isClusterWide = false
    watch()
    return true
  }

  function update(services: readonly (string | undefined)[]) {
    for (const service of new Set(services)) if (service !== undefined) reporters.get(service)?.update()
  }

  function look(service: string, applied: readonly AppliedWorkload[]) {
    const isWanted = (place: WatchPlace) => mayShow(place, applied)
    if (!pods.hasListed(isWanted) || !workloads.hasListed(isWanted)) return undefined
    return {
      pods: podsOf(service),
      live: (workload: AppliedWorkload) =>
        workloads.values().find(object => isLiveObjectOf(workload, object)),
      diagnose,
    }
  }

  function podsOf(service: string): readonly ObservedPod[] {
    return pods.values().filter(({ object }) => serviceOf(object) === service)
  }

  function diagnose(pod: PodObject): Trouble | undefined {
    const { uid = '' } = pod.metadata
    const crash = findCrash(pod)
    const lines = crash ? outputs.linesOf(pod, crash) : []
    // While the lines of a crash are read the last trouble stands: in a loop of crashes, nothing got better.
    if (!lines) return troubles.get(uid)
    const own = warnings.values().filter(warning => warning.pod === uid)
    const trouble = findTrouble(pod, own, lines)
    troubles.set(uid, trouble)
    return trouble
  }

  watch()
  return {
    track(service, applied) {
      if (isClosed) return
      reporters.get(service)?.close()
      const reporter = new RolloutReporter({
        workloads: applied,
        look: () => look(service, applied),
        isInterrupted: () => interruptions.areGoingOn,
        onRollout: rollout => onRollout(service, rollout),
      })
      reporters.set(service, reporter)
      watch()
      reporter.update()
    },
    untrack(service) {
      reporters.get(service)?.close()
      reporters.delete(service)
      if (!isClosed) watch()
    },
    pods: service => describePods(reporters.get(service)?.workloads ?? [], podsOf(service)),
    async close() {
      isClosed = true
      for (const reporter of reporters.values()) reporter.close()
      reporters.clear()
      await Promise.all([pods.close(), workloads.close(), warnings.close(), outputs.close()])
    },
  }
}

const eventType: ResourceType = { apiVersion: 'v1', kind: 'Event', plural: 'events', namespaced: true }
const podWarnings = 'type=Warning,involvedObject.kind=Pod'

/** Bare pods are watched anyhow. */
function uniqueTypes(types: readonly ResourceType[]): readonly ResourceType[] {
  const byName = new Map(types.map(type => [`${type.apiVersion}/${type.plural}`, type]))
  return [...byName.values()].filter(({ plural }) => plural !== podType.plural)
}

/** Whether something of a service may be there. Others' places are not waited for: this user may not see them. */
function mayShow({ type, query }: WatchPlace, applied: readonly AppliedWorkload[]): boolean {
  const isInNamespace = ({ namespace }: AppliedWorkload) =>
    query.namespace === undefined || namespace === query.namespace
  if (type === podType) return query.namespace === undefined || applied.some(isInNamespace)
  return applied.some(workload => workloadTypeOf(workload)?.plural === type.plural && isInNamespace(workload))
}

function serviceOf({ metadata }: PodObject | WorkloadObject): string | undefined {
  return metadata.labels?.[serviceLabel]
}
