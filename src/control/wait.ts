import type { Port, Snapshot } from '../engine/port.ts'
import { describeService, type ServiceSummary } from '../feed/status.ts'
import type { Failure } from '../model/failure.ts'

export interface WaitRequest {
  /** Names; empty: all that are enabled. */
  readonly services: readonly string[]
  /** `live`: all that is on disk is; `ready`: what was applied last runs, whatever was edited since. */
  readonly goal: WaitGoal
  readonly timeoutMs: number
}

export type WaitGoal = 'live' | 'ready'

export type WaitOutcome =
  | { readonly outcome: 'reached'; readonly services: readonly ServiceSummary[] }
  /** The newest state has failed, and only another edit mends it. */
  | { readonly outcome: 'failed'; readonly failures: readonly ServiceFailure[] }
  | {
      readonly outcome: 'timed-out'
      readonly paused: boolean
      readonly waitingFor: readonly ServiceSummary[]
    }
  /** `devloop up` ends. */
  | { readonly outcome: 'stopped' }

export interface ServiceFailure {
  /** Absent where it is none of a service's, such as the Devfile's. */
  readonly service?: string
  readonly failure: Failure
}

/** What is waited for: a loop that can be told to look at the disk. */
export interface WaitTarget extends Pick<Port, 'snapshot' | 'subscribe'> {
  /** Resolves once all that is on disk now is known to the loop. */
  catchUp(): Promise<void>
}

/**
 * Waits until services are what the request says, with every file that was saved before the call.
 *
 * @param signal who asked has gone: the answer is of no use any more.
 */
export async function waitFor(
  target: WaitTarget,
  request: WaitRequest,
  signal: AbortSignal,
): Promise<WaitOutcome> {
  const { promise, resolve } = Promise.withResolvers<WaitOutcome>()
  const timeOut = () => resolve(describeTimeout(target.snapshot(), request))
  const timer = setTimeout(timeOut, request.timeoutMs)
  signal.addEventListener('abort', timeOut, { once: true })
  const judge = (snapshot: Snapshot) => {
    const outcome = judgeSnapshot(snapshot, request)
    if (outcome) resolve(outcome)
  }
  let hasCaughtUp = false
  const subscription = target.subscribe((_, snapshot) => {
    if (snapshot.state.stopping) resolve({ outcome: 'stopped' })
    else if (hasCaughtUp) judge(snapshot)
  })
  void target.catchUp().then(() => {
    hasCaughtUp = true
    judge(target.snapshot())
  })
  try {
    return await promise
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', timeOut)
    subscription.close()
  }
}

/** Undefined where the end is still open. */
function judgeSnapshot(snapshot: Snapshot, request: WaitRequest): WaitOutcome | undefined {
  const { state } = snapshot
  if (state.stopping) return { outcome: 'stopped' }
  // The newest edit of the Devfile is not what runs.
  if (request.goal === 'live' && state.devfileFailures.length > 0)
    return { outcome: 'failed', failures: state.devfileFailures.map(failure => ({ failure })) }
  const names = namesOf(snapshot, request)
  const failures = names.flatMap(name => failuresOf(snapshot, name, request.goal))
  if (failures.length > 0) return { outcome: 'failed', failures }
  if (!names.every(name => isReached(snapshot, name, request.goal))) return undefined
  return { outcome: 'reached', services: summaries(snapshot, names) }
}

function describeTimeout(snapshot: Snapshot, request: WaitRequest): WaitOutcome {
  const names = namesOf(snapshot, request).filter(name => !isReached(snapshot, name, request.goal))
  return {
    outcome: 'timed-out',
    paused: snapshot.state.paused,
    waitingFor: summaries(snapshot, names),
  }
}

function namesOf({ state }: Snapshot, { services }: WaitRequest): readonly string[] {
  if (services.length > 0) return services
  return [...state.services.values()].flatMap(({ name, isDisabled }) => (isDisabled ? [] : [name]))
}

function summaries(snapshot: Snapshot, names: readonly string[]): readonly ServiceSummary[] {
  const services = names.flatMap(name => snapshot.state.services.get(name) ?? [])
  return services.map(service => describeService(snapshot, service))
}

function isReached(snapshot: Snapshot, name: string, goal: WaitGoal): boolean {
  const { state, statuses } = snapshot
  // What is not seen is not known to be live.
  if (state.cluster.phase !== 'connected') return false
  if (statuses.get(name)?.phase === 'live') return true
  const service = state.services.get(name)
  if (goal === 'live' || !service?.applied) return false
  const isWithoutPods = service.applied.workloads.length === 0
  return isWithoutPods || service.rollout?.phase === 'ready' || service.rollout?.phase === 'none'
}

function failuresOf(snapshot: Snapshot, name: string, goal: WaitGoal): readonly ServiceFailure[] {
  const status = snapshot.statuses.get(name)
  if (!status) return [{ service: name, failure: gone(name) }]
  if (status.phase === 'disabled') return [{ service: name, failure: disabled(name) }]
  if (isReached(snapshot, name, goal)) return []
  if (status.phase === 'failed') return [{ service: name, failure: status.failure }]
  const hold = snapshot.holds.get(`service:${name}`)
  if (hold?.reason === 'disabled-dependencies')
    return hold.services.map(service => ({ service, failure: disabled(service) }))
  if (hold?.reason !== 'dependencies') return []
  return hold.services.flatMap(service => {
    const waited = snapshot.statuses.get(service)
    return waited?.phase === 'failed' ? [{ service, failure: waited.failure }] : []
  })
}

function gone(name: string): Failure {
  return { code: 'control/unknown-service', message: `There is no service ${name} any more.` }
}

function disabled(name: string): Failure {
  return {
    code: 'control/disabled',
    message: `The service ${name} is disabled.`,
    cure: `Enable it: devloop enable ${name}`,
  }
}
