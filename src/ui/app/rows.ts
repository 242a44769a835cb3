import type { Snapshot } from '../../engine/port.ts'
import type { RunningTask, ServiceState, State } from '../../engine/state.ts'
import { troubleOf } from '../../feed/trouble.ts'
import { formatCauses } from '../causes.ts'
import { formatTime } from '../columns.ts'
import { describeHold } from '../holds.ts'
import { clean, count, formatDuration } from '../text.ts'
import type { History } from './history.ts'

/** A service as the table shows it. */
export interface Row {
  readonly service: string
  readonly state: 'live' | 'working' | 'waiting' | 'failed' | 'disabled'
  /** The state in a word: `live`, `building`. */
  readonly word: string
  /** What is going on, or went on last. */
  readonly detail: string
  /** New pods that are ready, and wanted. */
  readonly pods?: { readonly ready: number; readonly wanted: number }
  /** Of its newest pods' containers, by the cluster and in place. */
  readonly restarts: number
  readonly addresses: readonly string[]
}

export interface RowContext {
  readonly snapshot: Snapshot
  readonly history: Pick<History, 'progressOf'>
  /** Milliseconds since the epoch. */
  readonly now: number
  readonly cwd: string
}

/** In the Devfile's order. */
export function describeRows(context: RowContext): readonly Row[] {
  return [...context.snapshot.state.services.values()].map(service => describeRow(service, context))
}

/** Images that a service is made from, those that its images are made from too. */
export function imagesOf(state: State, { read }: ServiceState): readonly string[] {
  const found = new Set<string>()
  const visit = (ref: string) => {
    if (found.has(ref)) return
    found.add(ref)
    for (const base of state.images.get(ref)?.inspected?.bases ?? []) visit(base)
  }
  for (const ref of read?.images ?? []) visit(ref)
  return [...found]
}

function describeRow(service: ServiceState, context: RowContext): Row {
  const { rollout, forwards, instances } = service
  const pods = (rollout?.pods ?? []).filter(({ isNew, isTerminating }) => isNew && !isTerminating)
  const inPlace = [...instances.values()].reduce((sum, one) => sum + one.restarts, 0)
  return {
    service: service.name,
    ...describeState(service, context),
    ...(rollout && rollout.phase !== 'none' && { pods: { ready: rollout.ready, wanted: rollout.wanted } }),
    restarts: pods.reduce((sum, pod) => sum + pod.restarts, inPlace),
    addresses: forwards.filter(({ state }) => state !== 'failed').map(({ address }) => address),
  }
}

function describeState(service: ServiceState, context: RowContext): Pick<Row, 'state' | 'word' | 'detail'> {
  const { snapshot, cwd, now } = context
  const status = snapshot.statuses.get(service.name)
  const failure = troubleOf(status)
  const message = failure && clean(failure.message)
  switch (status?.phase) {
    case 'disabled':
      return { state: 'disabled', word: 'disabled', detail: message ?? '' }
    case 'failed':
      return { state: 'failed', word: 'failed', detail: message ?? '' }
    case 'live': {
      const { lastLive } = service
      if (!lastLive) return { state: 'live', word: 'live', detail: '' }
      const causes = formatCauses(lastLive.causes, cwd)
      const detail = `${formatDuration(lastLive.tookMs)} · ${causes} · ${formatTime(lastLive.at)}`
      return { state: 'live', word: 'live', detail }
    }
    case 'rolling-out': {
      const seconds = secondsSince(service.change?.since, now)
      const ready = service.rollout
        ? `${service.rollout.ready} of ${count(service.rollout.wanted, 'pod')} ready`
        : ''
      return { state: 'working', word: 'starting', detail: joined(seconds, message ?? ready) }
    }
    default:
      return describeWork(service, context)
  }
}

const taskWords: Readonly<Record<RunningTask['task']['kind'], string>> = {
  build: 'building',
  compile: 'compiling',
  load: 'loading',
  inspect: 'checking',
  apply: 'applying',
  sync: 'syncing',
  read: 'reading',
  delete: 'deleting',
}
/** What takes longest says most of what is going on. */
const taskOrder = Object.keys(taskWords)

function describeWork(
  service: ServiceState,
  { snapshot, history, now }: RowContext,
): Pick<Row, 'state' | 'word' | 'detail'> {
  const { state, holds } = snapshot
  const images = imagesOf(state, service)
  const tasks = [...state.tasks.values()]
    .filter(({ task }) => ('service' in task ? task.service === service.name : images.includes(task.image)))
    .sort((one, other) => taskOrder.indexOf(one.task.kind) - taskOrder.indexOf(other.task.kind))
  const [running] = tasks
  if (running) {
    const seconds = secondsSince(running.startedAt, now)
    const detail = joined(seconds, history.progressOf(running.task) ?? '')
    return { state: 'working', word: taskWords[running.task.kind], detail }
  }
  const subjects = [...images.map(ref => `image:${ref}`), `service:${service.name}`]
  const hold = subjects.flatMap(subject => holds.get(subject) ?? [])[0]
  if (hold) return { state: 'waiting', word: 'waiting', detail: describeHold(hold) }
  return { state: 'waiting', word: 'waiting', detail: '' }
}

/** Absent in the first second: most is done by then, and a number that flickers says nothing. */
function secondsSince(at: number | undefined, now: number): string {
  const seconds = at === undefined ? 0 : Math.floor((now - at) / 1_000)
  return seconds < 1 ? '' : formatSeconds(seconds)
}

function formatSeconds(seconds: number): string {
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}

function joined(...parts: readonly string[]): string {
  return parts.filter(part => part !== '').join(' · ')
}
