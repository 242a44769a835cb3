import type { Closable } from '../../util/scope.ts'
import { kindStore } from '../kinds/kind-store.ts'
import type { ObjectStore } from '../store/object-store.ts'
import { startCronJobs } from './cron-job.ts'
import { startDaemonSets } from './daemon-set.ts'
import { startDeployments } from './deployment.ts'
import { startEndpoints } from './endpoints.ts'
import { startEventExpiry } from './event-expiry.ts'
import { startGarbageCollection } from './garbage.ts'
import { startJobs } from './job.ts'
import { startNamespaceContent } from './namespace-content.ts'
import { startNamespaces } from './namespaces.ts'
import { startReplicaSets } from './replica-set.ts'
import { startScheduler } from './scheduler.ts'
import { startStatefulSets } from './stateful-set.ts'
import { startVolumeClaims } from './volume-claims.ts'

interface ControllerOptions {
  /** By which pods know the API, in PEM. */
  readonly certificateAuthority: string
  /** Absolute: where the contents of volume claims are. */
  readonly volumesFolder: string
}

/** Starts all controllers: each acts on changes of the store, at most once a turn for one object. */
export function startControllers(store: ObjectStore, options: ControllerOptions): Closable {
  const kinds = kindStore(store)
  const controllers = [
    startNamespaceContent(kinds, options.certificateAuthority),
    startScheduler(kinds),
    startDeployments(kinds),
    startReplicaSets(kinds),
    startStatefulSets(kinds),
    startDaemonSets(kinds),
    startJobs(kinds),
    startCronJobs(kinds),
    startEndpoints(kinds),
    startVolumeClaims(kinds, options.volumesFolder),
    startEventExpiry(kinds),
    startGarbageCollection(store),
    startNamespaces(store),
  ]
  return {
    close() {
      for (const controller of controllers.toReversed()) controller.close()
    },
  }
}
