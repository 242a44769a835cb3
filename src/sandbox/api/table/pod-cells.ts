import { items, peek } from '../../schema/draft.ts'
import type { StoredObject } from '../../store/object-store.ts'
import { ageSince } from './duration.ts'

/** `2/3`: containers that are ready, of all. */
export function podReady(pod: StoredObject): string {
  const ready = items(peek(pod, 'status'), 'containerStatuses').filter(one => one.ready === true)
  return `${ready.length + sidecarsReady(pod)}/${items(peek(pod, 'spec'), 'containers').length + sidecars(pod).length}`
}

/** The one word for how a pod is: why its containers do not run, where that is known, or else its phase. */
export function podStatus(pod: StoredObject): string {
  const status = peek(pod, 'status')
  const base = String(status.reason ?? status.phase ?? 'Unknown')
  const starting = initReason(pod)
  const reason = starting ?? runningReason(pod, base)
  if (pod.metadata.deletionTimestamp === undefined) return reason
  if (status.reason === 'NodeLost') return 'Unknown'
  return status.phase === 'Succeeded' || status.phase === 'Failed' ? reason : 'Terminating'
}

/** `3 (5m ago)`: all restarts, and when the last one was. */
export function podRestarts(pod: StoredObject, now: Date): string {
  const status = peek(pod, 'status')
  const isStarting = initReason(pod) !== undefined
  const names = new Set(sidecars(pod).map(one => one.name))
  const inits = items(status, 'initContainerStatuses')
  const counted = isStarting
    ? inits
    : [...items(status, 'containerStatuses'), ...inits.filter(one => names.has(one.name))]
  const count = counted.reduce((sum, one) => sum + Number(one.restartCount ?? 0), 0)
  const ends = counted.map(one => String(peek(peek(one, 'lastState'), 'terminated').finishedAt ?? ''))
  const last = ends.toSorted().at(-1) ?? ''
  return count > 0 && last !== '' ? `${count} (${ageSince(last, now)} ago)` : String(count)
}

/** Why the containers that come first are not through; undefined: they are. */
function initReason(pod: StoredObject): string | undefined {
  const statuses = items(peek(pod, 'status'), 'initContainerStatuses')
  const names = new Set(sidecars(pod).map(one => one.name))
  for (const [index, one] of statuses.entries()) {
    const terminated = peek(peek(one, 'state'), 'terminated')
    const waiting = peek(peek(one, 'state'), 'waiting')
    if (terminated.exitCode === 0) continue
    if (names.has(one.name) && one.started === true) continue
    if (terminated.exitCode !== undefined) return `Init:${endReason(terminated)}`
    if (waiting.reason && waiting.reason !== 'PodInitializing') return `Init:${waiting.reason}`
    return `Init:${index}/${items(peek(pod, 'spec'), 'initContainers').length}`
  }
  return undefined
}

function runningReason(pod: StoredObject, base: string): string {
  const statuses = items(peek(pod, 'status'), 'containerStatuses')
  let reason = base
  let isRunning = false
  for (const one of statuses.toReversed()) {
    const waiting = peek(peek(one, 'state'), 'waiting')
    const terminated = peek(peek(one, 'state'), 'terminated')
    if (waiting.reason) reason = String(waiting.reason)
    else if (terminated.exitCode !== undefined) reason = endReason(terminated)
    else if (one.ready === true && peek(one, 'state').running) isRunning = true
  }
  if (reason !== 'Completed' || !isRunning) return reason
  const conditions = items(peek(pod, 'status'), 'conditions')
  const isReady = conditions.some(one => one.type === 'Ready' && one.status === 'True')
  return isReady ? 'Running' : 'NotReady'
}

function endReason({ reason, signal, exitCode }: Readonly<Record<string, unknown>>): string {
  if (reason) return String(reason)
  return signal ? `Signal:${signal}` : `ExitCode:${exitCode}`
}

/** Containers that start before the others and go on beside them. */
function sidecars(pod: StoredObject) {
  return items(peek(pod, 'spec'), 'initContainers').filter(one => one.restartPolicy === 'Always')
}

function sidecarsReady(pod: StoredObject): number {
  const names = new Set(sidecars(pod).map(one => one.name))
  const statuses = items(peek(pod, 'status'), 'initContainerStatuses')
  return statuses.filter(one => names.has(one.name) && one.ready === true).length
}
