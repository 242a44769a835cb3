import type { Cluster } from '../cluster/connect.ts'
import type { Failure } from '../model/failure.ts'
import { projectLabel } from '../model/kube.ts'
import { podType, type ResourceType } from '../model/kube-api.ts'
import type { Result } from '../model/result.ts'
import type { Closable } from '../util/scope.ts'
import { retry } from './retry.ts'

export interface ConnectionOptions {
  /** Reads the kubeconfig, and asks what it names for its version. */
  readonly connect: (signal: AbortSignal) => Promise<Result<Cluster>>
  /** There is a cluster, or another client for it: what was opened before is about to be closed. */
  readonly onOpen: (cluster: Cluster) => void
  /**
   * It answers, for the first time or again, and has not been given anything since. `isAnother`: it is not the cluster
   * that was there before. `pods`: the uids of the project's pods in it.
   */
  readonly onConnected: (cluster: Cluster, isAnother: boolean, pods: readonly string[]) => void
  /** Whose pods. */
  readonly project: string
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

interface Reached {
  readonly cluster: Cluster
  readonly identity: string
  readonly pods: readonly string[]
}

/** Milliseconds between tries: quick enough for somebody who has just started the cluster, and no load. */
const pauses = { firstPauseMs: 500, longestPauseMs: 3_000 }

export function openConnection(options: ConnectionOptions): Connection {
  const { connect, onOpen, onConnected, onFailure, project } = options
  const controller = new AbortController()
  const { signal } = controller
  let open: Reached | undefined
  let recovery: Promise<void> | undefined

  const first = retry(() => reach(onFailure), { signal, ...pauses }).then(reached => {
    if (!reached) return undefined
    open = reached
    onOpen(reached.cluster)
    onConnected(reached.cluster, false, reached.pods)
    return reached.cluster
  })

  async function reach(tell: (failure: Failure) => void): Promise<Reached | undefined> {
    const connected = await connect(signal)
    if (!connected.ok) {
      if (!signal.aborted) tell(connected.failure)
      return undefined
    }
    const cluster = connected.value
    const reached = await survey(cluster, project, signal)
    if (!reached) await cluster.close()
    return reached
  }

  async function recoverFrom(lost: Reached) {
    const found = await retry(() => reachAgain(lost), { signal, ...pauses })
    recovery = undefined
    if (!found) return
    open = found
    if (found.cluster !== lost.cluster) {
      onOpen(found.cluster)
      void lost.cluster.close()
    }
    onConnected(found.cluster, found.identity !== lost.identity, found.pods)
  }

  async function reachAgain({ cluster }: Reached): Promise<Reached | undefined> {
    const reached = await survey(cluster, project, signal)
    if (reached) return reached
    // A cluster that was made anew has other credentials, and often another address.
    return reach(() => {})
  }

  return {
    async cluster(waiting) {
      const aborted = new Promise<undefined>(resolve => {
        if (waiting.aborted) resolve(undefined)
        else waiting.addEventListener('abort', () => resolve(undefined), { once: true })
      })
      return open?.cluster ?? Promise.race([first, aborted])
    },
    recover() {
      if (open) recovery ??= recoverFrom(open)
    },
    async close() {
      controller.abort()
      await Promise.all([first, recovery])
      await open?.cluster.close()
    },
  }
}

const namespaceType: ResourceType = {
  apiVersion: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  namespaced: false,
}

/** Undefined where nothing answers. A user who may not look finds no pods. */
async function survey(cluster: Cluster, project: string, signal: AbortSignal): Promise<Reached | undefined> {
  const [identity, pods] = await Promise.all([
    identify(cluster, signal),
    cluster.api.list(podType, { labelSelector: `${projectLabel}=${project}` }, { signal }),
  ])
  if (identity === undefined) return undefined
  return { cluster, identity, pods: pods.ok ? pods.value.map(({ metadata }) => metadata.uid ?? '') : [] }
}

/**
 * By what a cluster is told from another at the same address: the uid of its namespace `default`, the last of those
 * that a new cluster makes for itself (Kubernetes has no other identity). Undefined where nothing answers, or where the
 * cluster is not that far yet; a user who may not look gets the same answer each time.
 */
async function identify({ api }: Cluster, signal: AbortSignal): Promise<string | undefined> {
  const found = await api.get(namespaceType, { name: 'default' }, { signal })
  if (found.ok) return found.value.metadata.uid ?? ''
  return found.failure.kind === 'forbidden' ? '' : undefined
}
