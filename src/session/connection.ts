import type { Cluster } from '../cluster/connect.ts'
import type { Failure } from '../model/failure.ts'
import type { ResourceType } from '../model/kube-api.ts'
import type { Result } from '../model/result.ts'
import type { Closable } from '../util/scope.ts'
import { retry } from './retry.ts'

export interface ConnectionOptions {
  /** Reads the kubeconfig, and asks what it names for its version. */
  readonly connect: (signal: AbortSignal) => Promise<Result<Cluster>>
  /** There is a cluster, or another client for it: what was opened before is about to be closed. */
  readonly onOpen: (cluster: Cluster) => void
  /** It answers, for the first time or again. `isAnother`: it is not the cluster that was there before. */
  readonly onConnected: (cluster: Cluster, isAnother: boolean) => void
  /** The first tries fail with this. */
  readonly onFailure: (failure: Failure) => void
}

/** The way to the cluster: waited for at the start, and again when it was lost. */
export interface Connection extends Closable {
  /** The cluster, once it has answered; undefined when the signal is aborted before. */
  cluster(signal: AbortSignal): Promise<Cluster | undefined>
  /** Somebody found that it does not answer: asks from now on until it does. */
  recover(): void
}

/** Milliseconds between tries: quick enough for somebody who has just started the cluster, and no load. */
const pauses = { firstPauseMs: 500, longestPauseMs: 3_000 }

export function openConnection({ connect, onOpen, onConnected, onFailure }: ConnectionOptions): Connection {
  const controller = new AbortController()
  const { signal } = controller
  let open: Cluster | undefined
  let identity: Promise<string | undefined> = Promise.resolve(undefined)
  let recovery: Promise<void> | undefined

  const first = retry(
    async () => {
      const connected = await connect(signal)
      if (connected.ok) return connected.value
      if (!signal.aborted) onFailure(connected.failure)
      return undefined
    },
    { signal, ...pauses },
  ).then(cluster => {
    if (!cluster) return undefined
    open = cluster
    identity = identify(cluster, signal)
    onOpen(cluster)
    onConnected(cluster, false)
    return cluster
  })

  async function recoverFrom(lost: Cluster) {
    const found = await retry(async () => identifyAgain(lost), { signal, ...pauses })
    recovery = undefined
    if (!found) return
    const before = await identity
    identity = Promise.resolve(found.identity)
    open = found.cluster
    if (open !== lost) {
      onOpen(open)
      void lost.close()
    }
    onConnected(open, before !== undefined && before !== found.identity)
  }

  async function identifyAgain(cluster: Cluster) {
    const same = await identify(cluster, signal)
    if (same !== undefined) return { cluster, identity: same }
    // A cluster that was made anew has other credentials, and often another address.
    const again = await connect(signal)
    if (!again.ok) return undefined
    const other = await identify(again.value, signal)
    if (other !== undefined) return { cluster: again.value, identity: other }
    await again.value.close()
    return undefined
  }

  return {
    async cluster(waiting) {
      const aborted = new Promise<undefined>(resolve => {
        if (waiting.aborted) resolve(undefined)
        else waiting.addEventListener('abort', () => resolve(undefined), { once: true })
      })
      return open ?? Promise.race([first, aborted])
    },
    recover() {
      if (open) recovery ??= recoverFrom(open)
    },
    async close() {
      controller.abort()
      await Promise.all([first, recovery])
      await open?.close()
    },
  }
}

const namespaceType: ResourceType = {
  apiVersion: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  namespaced: false,
}

/**
 * By what a cluster is told from another at the same address: the uid of its namespace `kube-system`, as others do too
 * (Kubernetes has no other identity). A user who may not see that gets the same answer each time; undefined where
 * nothing answers, or not to this user.
 */
async function identify({ api }: Cluster, signal: AbortSignal): Promise<string | undefined> {
  const found = await api.get(namespaceType, { name: 'kube-system' }, { signal })
  if (found.ok) return found.value.metadata.uid ?? ''
  return found.failure.kind === 'forbidden' || found.failure.kind === 'not-found' ? '' : undefined
}
