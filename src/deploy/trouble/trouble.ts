import type { Failure } from '../../model/failure.ts'

/** What keeps a pod from becoming ready. */
export interface Trouble {
  readonly failure: Omit<Failure, 'at'>
  /** How long (ms since devloop first saw the pod) it may be a part of a normal start, and goes without saying. */
  readonly saidAfter: number
  /** From when on (ms since devloop first saw the pod) the rollout counts as failed; `Infinity`: not by this alone. */
  readonly fatalAfter: number
}

/** Does not go away by waiting. */
export function fatal(failure: Trouble['failure']): Trouble {
  return { failure, saidAfter: 0, fatalAfter: 0 }
}

/** May go away: the rollout goes on until its deadline. */
export function passing(failure: Trouble['failure']): Trouble {
  return { failure, saidAfter: 0, fatalAfter: Number.POSITIVE_INFINITY }
}
