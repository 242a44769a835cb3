import { isDeepStrictEqual } from 'node:util'
import type { AppliedWorkload, Rollout } from '../model/rollout.ts'
import type { Closable } from '../util/scope.ts'
import { assessRollout, failStalled } from './rollout.ts'
import type { Sight } from './workload-progress.ts'

export interface RolloutReporterOptions {
  readonly workloads: readonly AppliedWorkload[]
  /** Undefined as long as not everything there is has been seen: a rollout without its pods would not be true. */
  readonly look: () => Omit<Sight, 'workloads' | 'now'> | undefined
  /** What `look` shows may be old, so that nothing is to be concluded from its standing still. */
  readonly isInterrupted: () => boolean
  readonly onRollout: (rollout: Rollout) => void
}

/** Milliseconds for which a rollout may stand still: more than a pod takes to start, readiness included. */
const longestStandstill = 120_000

/** Tells how far what was applied of one service has come: at first, and then whenever events or time change it. */
export class RolloutReporter implements Closable {
  readonly workloads: readonly AppliedWorkload[]
  readonly #options: RolloutReporterOptions
  #told: Rollout | undefined
  #standing: unknown
  /** Ms since 1970. */
  #standsSince = 0
  #timer: NodeJS.Timeout | undefined

  constructor(options: RolloutReporterOptions) {
    this.workloads = options.workloads
    this.#options = options
  }

  /** Looks again, and tells where something changed. */
  update(): void {
    const seen = this.#options.look()
    if (!seen) return
    const now = Date.now()
    const { rollout, waiting, changesAt } = assessRollout({ ...seen, workloads: this.workloads, now })
    const standing = standingOf(rollout)
    if (this.#options.isInterrupted() || !isDeepStrictEqual(standing, this.#standing)) {
      this.#standing = standing
      this.#standsSince = now
    }
    const stallsAt = this.#standsSince + longestStandstill
    const isStalled = waiting !== undefined && now >= stallsAt
    const times = [changesAt, waiting && !isStalled ? stallsAt : undefined].filter(time => time !== undefined)
    clearTimeout(this.#timer)
    if (times.length > 0) this.#timer = setTimeout(() => this.update(), Math.min(...times) - now)
    this.#tell(isStalled ? failStalled(rollout, waiting, `within ${longestStandstill / 1_000} s`) : rollout)
  }

  close(): void {
    clearTimeout(this.#timer)
  }

  #tell(rollout: Rollout): void {
    if (isDeepStrictEqual(rollout, this.#told)) return
    this.#told = rollout
    this.#options.onRollout(rollout)
  }
}

/** What changes while pods are on their way: one that pulls a large image and then starts has not stood still. */
function standingOf({ wanted, ready, pods }: Rollout): unknown {
  const words = pods.filter(pod => pod.isNew).map(pod => pod.word)
  return { wanted, ready, words: words.sort() }
}
