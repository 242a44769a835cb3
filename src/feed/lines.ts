import { isDeepStrictEqual } from 'node:util'
import type { Event, TaskEnded } from '../engine/events.ts'
import type { Snapshot } from '../engine/port.ts'
import type { Cause, State } from '../engine/state.ts'
import type { ServiceStatus } from '../engine/status.ts'
import type { Failure } from '../model/failure.ts'
import type { LogLevel } from '../model/log.ts'
import { troubleOf } from './trouble.ts'

/**
 * One line of `--output json` and of the control socket's events: an object on a line of its own. Every line has `type` and `time` (ISO 8601, UTC).
 * Types and members are only ever added.
 */
export type JsonLine = {
  readonly time: string
} /** A task began. `causes` are the files or reasons that made it necessary. */ & (
  | { readonly type: 'task-started'; readonly task: JsonTask; readonly causes?: readonly string[] }
  /** A task's tool printed a line. */
  | { readonly type: 'task-output'; readonly task: JsonTask; readonly line: string }
  /** A task ended; `image` is what a build made, or what pods name it by, `isCached` whether it was there already, `files` how many a sync wrote or deleted. */
  | {
      readonly type: 'task-ended'
      readonly task: JsonTask
      readonly outcome: 'succeeded' | 'failed' | 'cancelled'
      readonly tookMs: number
      readonly image?: string
      readonly isCached?: boolean
      readonly files?: number
      readonly isRestarted?: boolean
      readonly failure?: Failure
    }
  /** A service's row changed. `tookMs`: from the first cause of the change until it was live. */
  | {
      readonly type: 'service'
      readonly service: string
      readonly phase: ServiceStatus['phase']
      readonly pods?: { readonly wanted: number; readonly ready: number }
      readonly failure?: Failure
      readonly causes?: readonly string[]
      readonly tookMs?: number
    }
  /** A port-forward's state changed. */
  | {
      readonly type: 'forward'
      readonly service: string
      readonly port: string
      readonly address: string
      readonly state: 'listening' | 'waiting-for-pod' | 'failed'
      readonly failure?: Failure
    }
  | {
      readonly type: 'cluster'
      readonly phase: 'connected'
      readonly context: string
      readonly provider: string
    }
  | { readonly type: 'cluster'; readonly phase: 'lost'; readonly failure: Failure }
  /** Files changed that something is made from. */
  | {
      readonly type: 'files-changed'
      readonly files: readonly { readonly path: string; readonly kind: string }[]
    }
  /** The Devfile changed; with failures, the last good one keeps running. */
  | { readonly type: 'devfile'; readonly failures: readonly Failure[] }
  | { readonly type: 'watch-failed'; readonly failure: Failure }
  /** Changes are collected, and nothing is started; or no longer. */
  | { readonly type: 'paused' }
  | { readonly type: 'resumed' }
  /** A container said something; `time` is the node's, in nanoseconds. `raw`: what it wrote, where `text` says it in other words. */
  | {
      readonly type: 'log'
      readonly service: string
      readonly namespace: string
      readonly pod: string
      readonly container: string
      readonly text: string
      readonly raw?: string
      readonly level?: LogLevel
    }
  /** Containers said more than could be shown in time. */
  | { readonly type: 'logs-missed'; readonly lines: number }
  /** devloop ends. The last line. */
  | { readonly type: 'stopping' }
)

export interface JsonTask {
  readonly id: string
  readonly kind: TaskEnded['task']['kind']
  readonly image?: string
  readonly service?: string
  /** Of a sync: `pod/container`. */
  readonly container?: string
}

type WithoutTime<T> = T extends JsonLine ? Omit<T, 'time'> : never

/** What an event says to programs, and what of the services is different from what it was before. */
export function* describeLines(event: Event, snapshot: Snapshot, before: Snapshot): Generator<JsonLine> {
  const time = new Date(event.at).toISOString()
  const line = describeEvent(event, snapshot)
  if (line) yield withTime(time, line)
  yield* describeChanges(snapshot, before, time)
}

/** All services and ports as they are, for a reader that begins now. @param at milliseconds since the epoch */
export function* describeNow(snapshot: Snapshot, at: number): Generator<JsonLine> {
  const nothing: Snapshot = {
    state: { ...snapshot.state, services: new Map() },
    statuses: new Map(),
    holds: new Map(),
  }
  yield* describeChanges(snapshot, nothing, new Date(at).toISOString())
}

/** One line with its line end. */
export function formatLine(line: JsonLine): string {
  return `${JSON.stringify(line)}\n`
}

function* describeChanges(snapshot: Snapshot, before: Snapshot, time: string): Generator<JsonLine> {
  for (const service of describeServices(snapshot, before)) yield withTime(time, service)
  for (const forward of describeForwards(snapshot, before)) yield withTime(time, forward)
}

function withTime(time: string, { type, ...members }: WithoutTime<JsonLine>): JsonLine {
  return { type, time, ...members } as JsonLine
}

function describeEvent(event: Event, { state }: Snapshot): WithoutTime<JsonLine> | undefined {
  switch (event.type) {
    case 'task-started': {
      const causes = causesOf(event.task, state)
      return {
        type: 'task-started',
        task: describeTask(event.task),
        ...(causes && { causes: causeTexts(causes) }),
      }
    }
    case 'task-output':
      return { type: 'task-output', task: describeTask(event.task), line: event.line }
    case 'task-ended': {
      const { task, outcome, tookMs } = event
      const result = outcome.status === 'succeeded' ? outcome.result : undefined
      return {
        type: 'task-ended',
        task: describeTask(task),
        outcome: outcome.status,
        tookMs,
        ...(result?.kind === 'build' && { image: result.reference, isCached: result.isCached }),
        ...(result?.kind === 'load' && { image: result.podReference }),
        ...(result?.kind === 'sync' && { files: result.files, isRestarted: result.isRestarted }),
        ...(outcome.status === 'failed' && { failure: outcome.failure }),
      }
    }
    case 'cluster-connected':
      return { type: 'cluster', phase: 'connected', context: event.context, provider: event.provider }
    case 'cluster-lost':
      return { type: 'cluster', phase: 'lost', failure: event.failure }
    case 'files-changed':
      return { type: 'files-changed', files: event.changes.map(({ path, kind }) => ({ path, kind })) }
    case 'devfile-broken':
      return { type: 'devfile', failures: event.failures }
    case 'project-reloaded':
      return { type: 'devfile', failures: [] }
    case 'watch-failed':
      return { type: 'watch-failed', failure: event.failure }
    case 'pause-asked':
      return { type: 'paused' }
    case 'resume-asked':
      return { type: 'resumed' }
    case 'stop-asked':
      return { type: 'stopping' }
    case 'task-cancelled':
    case 'rollout-seen':
    case 'process-ended':
    case 'forward-seen':
    case 'environment-mended':
    case 'trigger-asked':
    case 'disable-asked':
    case 'enable-asked':
      return undefined
    default:
      return event satisfies never
  }
}

function* describeServices(snapshot: Snapshot, before: Snapshot): Generator<WithoutTime<JsonLine>> {
  for (const [name, status] of snapshot.statuses) {
    const service = snapshot.state.services.get(name)
    const last = before.state.services.get(name)
    const rollout = service?.rollout
    const failure = troubleOf(status)
    const live = service?.lastLive === last?.lastLive ? undefined : service?.lastLive
    const line: WithoutTime<JsonLine> = {
      type: 'service',
      service: name,
      phase: status.phase,
      ...(rollout && { pods: { wanted: rollout.wanted, ready: rollout.ready } }),
      ...(failure && { failure }),
      ...(live && { causes: causeTexts(live.causes), tookMs: live.tookMs }),
    }
    const isSame =
      live === undefined &&
      status.phase === before.statuses.get(name)?.phase &&
      rollout?.ready === last?.rollout?.ready &&
      rollout?.wanted === last?.rollout?.wanted &&
      isDeepStrictEqual(failure, troubleOf(before.statuses.get(name)))
    if (!isSame) yield line
  }
}

function* describeForwards(snapshot: Snapshot, before: Snapshot): Generator<WithoutTime<JsonLine>> {
  for (const [name, { forwards }] of snapshot.state.services) {
    const known = before.state.services.get(name)?.forwards ?? []
    for (const { rule, address, state, failure } of forwards) {
      const isSame = known.some(one => one.rule.text === rule.text && one.state === state)
      if (isSame) continue
      yield { type: 'forward', service: name, port: rule.text, address, state, ...(failure && { failure }) }
    }
  }
}

function causesOf(task: TaskEnded['task'], state: State): readonly Cause[] | undefined {
  if (task.kind === 'sync') return state.services.get(task.service)?.change?.causes
  if (!('image' in task)) return undefined
  const image = state.images.get(task.image)
  return task.kind === 'compile' ? image?.compilation.causes : image?.causes
}

export function describeTask(task: TaskEnded['task']): JsonTask {
  const { id, kind } = task
  if (task.kind === 'sync') {
    const { image, service, instance } = task
    return { id, kind, image, service, container: `${instance.pod}/${instance.container}` }
  }
  return 'image' in task ? { id, kind, image: task.image } : { id, kind, service: task.service }
}

export function causeTexts(causes: readonly Cause[]): readonly string[] {
  return causes.map(cause =>
    cause.kind === 'file' ? cause.path : cause.kind === 'base' ? cause.ref : cause.kind,
  )
}
