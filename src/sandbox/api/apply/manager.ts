import type { ApiRequest } from '../request.ts'

/** Who writes: as the request says, or else the program that sends it. */
export function managerOf({ query, userAgent }: ApiRequest): string {
  return query.get('fieldManager') || userAgent.split('/')[0] || 'unknown'
}
