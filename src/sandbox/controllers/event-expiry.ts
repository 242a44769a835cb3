import type { Closable } from '../../util/scope.ts'
import type { KindStore } from '../kinds/kind-store.ts'
import { startReconciler } from './reconcile.ts'

/** As long as Kubernetes keeps them. */
const keptMs = 60 * 60 * 1000

/** Forgets Events an hour after they were written, or last happened. */
export function startEventExpiry(store: KindStore): Closable {
  return startReconciler(store, {
    resource: 'events',
    kind: 'Event',
    reconcile({ metadata, lastTimestamp }) {
      const { creationTimestamp } = metadata
      const written = Math.max(...[creationTimestamp, lastTimestamp ?? creationTimestamp].map(Date.parse))
      const expiry = new Date(written + keptMs)
      if (expiry.getTime() > Date.now()) return expiry
      store.delete('events', metadata.name, metadata.namespace)
      return undefined
    },
  })
}
