import { ok } from '../model/result.ts'
import type { ClusterProvider } from './provider.ts'

/** devloop's own cluster, which makes the images that it runs. */
export function sandboxCluster(): ClusterProvider {
  return {
    name: 'the sandbox',
    load: async reference => ok(reference),
    describe: () => 'the sandbox, which builds its images itself: nothing to load',
  }
}
