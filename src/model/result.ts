import type { Failure } from './failure.ts'

/** The outcome of something that a user's input, tool or cluster can make fail. */
export type Result<T, E = Failure> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: E }

export function ok<T>(value: T): Result<T, never> {
  return { ok: true, value }
}

export function fail<E = Failure>(failure: E): Result<never, E> {
  return { ok: false, failure }
}
