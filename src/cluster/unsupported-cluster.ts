import type { Failure } from '../model/failure.ts'
import { fail } from '../model/result.ts'
import type { ClusterProvider } from './provider.ts'

/** A cluster that images cannot be brought into: it serves well as long as there are none to bring. */
export function unsupportedCluster(name: string, failure: Failure): ClusterProvider {
  return {
    name,
    load: async () => fail(failure),
    describe: () => failure.message,
  }
}
