import type { Hold } from '../engine/plan.ts'
import type { Snapshot } from '../engine/port.ts'
import type { ServiceState } from '../engine/state.ts'
import type { ServiceStatus } from '../engine/status.ts'
import type { Failure } from '../model/failure.ts'
import { causeTexts, describeTask, type JsonTask } from './lines.ts'
import { troubleOf } from './trouble.ts'

/** The whole project at one moment, as programs read it. Members are only ever added. */
export interface ProjectStatus {
  readonly project: string
  /** Absolute path. */
  readonly devfile: string
  /** Of the `devloop up` that answers. */
  readonly pid: number
  /** Changes are collected, and nothing is started. */
  readonly paused: boolean
  readonly cluster:
    | { readonly phase: 'connecting' }
    | { readonly phase: 'connected'; readonly context: string; readonly provider: string }
    | { readonly phase: 'lost'; readonly failure: Failure }
  /** Why the newest Devfile cannot be used; the last good one is running. */
  readonly devfileFailures: readonly Failure[]
  /** Why files are not watched as they should be. */
  readonly watchFailure?: Failure
  /** In the Devfile's order. */
  readonly services: readonly ServiceSummary[]
}

export interface ServiceSummary {
  readonly service: string
  readonly phase: ServiceStatus['phase']
  readonly failure?: Failure
  /** Why it, or an image of it, is not acting now, though it has something to do. */
  readonly holds: readonly Hold[]
  /** What is running for it and its images. */
  readonly tasks: readonly (JsonTask & { readonly startedAt: string })[]
  readonly pods?: { readonly wanted: number; readonly ready: number }
  /** The change that is under way. */
  readonly change?: { readonly since: string; readonly causes: readonly string[] }
  /** The last change that went live. */
  readonly lastLive?: { readonly at: string; readonly causes: readonly string[]; readonly tookMs: number }
  readonly forwards: readonly {
    readonly port: string
    readonly address: string
    readonly state: string
    readonly failure?: Failure
  }[]
}

/** @param devfile absolute path of the running `up`'s Devfile */
export function describeStatus(snapshot: Snapshot, devfile: string): ProjectStatus {
  const { project, paused, cluster, devfileFailures, watchFailure, services } = snapshot.state
  return {
    project: project.name,
    devfile,
    pid: process.pid,
    paused,
    cluster,
    devfileFailures,
    ...(watchFailure && { watchFailure }),
    services: [...services.values()].map(service => describeService(snapshot, service)),
  }
}

/** One service's row. */
export function describeService(snapshot: Snapshot, service: ServiceState): ServiceSummary {
  const { name, rollout, change, lastLive, forwards, read } = service
  const { state, statuses, holds } = snapshot
  const status = statuses.get(name)
  const failure = troubleOf(status)
  const subjects = [`service:${name}`, ...(read?.images ?? []).map(ref => `image:${ref}`)]
  const tasks = [...state.tasks.values()].filter(({ task }) =>
    'service' in task ? task.service === name : read?.images.includes(task.image),
  )
  return {
    service: name,
    phase: status?.phase ?? 'working',
    ...(failure && { failure }),
    holds: subjects.flatMap(subject => holds.get(subject) ?? []),
    tasks: tasks.map(({ task, startedAt }) => ({ ...describeTask(task), startedAt: timeOf(startedAt) })),
    ...(rollout && { pods: { wanted: rollout.wanted, ready: rollout.ready } }),
    ...(change && { change: { since: timeOf(change.since), causes: causeTexts(change.causes) } }),
    ...(lastLive && {
      lastLive: { at: timeOf(lastLive.at), causes: causeTexts(lastLive.causes), tookMs: lastLive.tookMs },
    }),
    forwards: forwards.map(({ rule, address, state: phase, failure: why }) => ({
      port: rule.text,
      address,
      state: phase,
      ...(why && { failure: why }),
    })),
  }
}

function timeOf(at: number): string {
  return new Date(at).toISOString()
}
