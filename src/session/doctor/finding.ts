import type { Failure } from '../../model/failure.ts'

/** One line of what was found out. */
export interface Finding {
  /** A word or two: `engine`. */
  readonly topic: string
  /** `notice`: nothing is wrong, and yet it could be better, or could not be found out. */
  readonly state: 'good' | 'notice' | 'wrong'
  readonly text: string
  /** Why it is so, in the tool's or the cluster's own words. */
  readonly why?: string
  /** What to do about it, or how to get something better. */
  readonly cure?: string
}

/** What is quick, in words: `12 ms`, `1.24 s`. */
export function milliseconds(ms: number): string {
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(2)} s`
}

export function good(topic: string, text: string): Finding {
  return { topic, state: 'good', text }
}

export function notice(topic: string, text: string, cure?: string): Finding {
  return { topic, state: 'notice', text, ...(cure !== undefined && { cure }) }
}

export function wrong(topic: string, { message, why, cure, output }: Failure): Finding {
  const last = why ?? output?.at(-1)
  return {
    topic,
    state: 'wrong',
    text: message,
    ...(last !== undefined && { why: last }),
    ...(cure !== undefined && { cure }),
  }
}
