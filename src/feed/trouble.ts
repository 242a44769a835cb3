import type { ServiceStatus } from '../engine/status.ts'
import type { Failure } from '../model/failure.ts'

/** What a service's row complains of: why it failed or is not gone, or what its pods are troubled by so far. */
export function troubleOf(status: ServiceStatus | undefined): Failure | undefined {
  if (status?.phase === 'failed' || status?.phase === 'disabled') return status.failure
  return status?.phase === 'rolling-out' ? status.trouble : undefined
}
