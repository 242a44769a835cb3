import type { Failure } from '../../../model/failure.ts'
import { fail, type Result } from '../../../model/result.ts'
import { isSystemError } from '../../../util/system-error.ts'

/** Where in a Dockerfile something is. */
export interface Spot {
  /** Absolute. */
  readonly dockerfile: string
  /** 1-based. */
  readonly line: number
  /** The instruction as it may be shown. */
  readonly text: string
}

/** What Docker can do and the sandbox cannot is named, and never passed over. */
export function refuse({ dockerfile, line, text }: Spot, what: string, cure: string): Result<never> {
  return fail({
    code: 'build/failed',
    message: `The sandbox cannot do ${what}, as \`${text}\` asks.`,
    at: { file: dockerfile, line },
    cure: `${cure} Or use a cluster of kind, k3d or minikube, whose images a real engine builds.`,
  })
}

/** The step is one that Docker would fail at, too. */
export function failAt({ dockerfile, line, text }: Spot, why: string, cure: string): Result<never> {
  return fail({
    code: 'build/failed',
    message: `The image could not be built at \`${text}\`.`,
    at: { file: dockerfile, line },
    why,
    cure,
  })
}

/** What the system refuses while a step is done: a file that may not be read, a full disk. Another error is thrown on. */
export function failBySystem(spot: Spot, error: unknown): Result<never> {
  if (!isSystemError(error)) throw error
  return failAt(
    spot,
    error.message,
    error.code === 'EACCES'
      ? 'Make the file readable for whoever started the sandbox, or leave it out by .dockerignore.'
      : 'See what the system has against it; the build starts again when a file is saved.',
  )
}

export function syntaxFailure({ dockerfile, line }: Omit<Spot, 'text'>, what: string): Result<never> {
  return fail(syntaxError({ dockerfile, line }, what))
}

function syntaxError({ dockerfile, line }: Omit<Spot, 'text'>, what: string): Failure {
  return {
    code: 'build/dockerfile-syntax',
    message: `The Dockerfile has an error: ${what}.`,
    at: { file: dockerfile, line },
    cure: 'Correct the line; the build starts again when the file is saved.',
  }
}
