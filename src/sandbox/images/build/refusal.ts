import type { Failure } from '../../../model/failure.ts'
import { fail, type Result } from '../../../model/result.ts'

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
