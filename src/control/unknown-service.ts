import type { Failure } from '../model/failure.ts'
import { nearest } from '../util/nearest.ts'

/** @param known the services that there are */
export function unknownService(name: string, known: readonly string[]): Failure {
  const meant = nearest(name, known)
  return {
    code: 'control/unknown-service',
    message: `There is no service ${name}.`,
    cure: meant === undefined ? `There are ${known.join(', ') || 'none'}.` : `Did you mean ${meant}?`,
  }
}
