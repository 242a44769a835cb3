import type { Cluster } from '../cluster/connect.ts'
import type { Failure } from '../model/failure.ts'
import type { Result } from '../model/result.ts'
import type { Closable } from '../util/scope.ts'
import { retry } from './retry.ts'

export interface ConnectionOptions {
  readonly connect: (signal: AbortSignal) => Promise<Result<Cluster>>
  /** There is a cluster, for the first time. */
  readonly onOpen: (cluster: Cluster) => void
  /** It answers, for the first time or again. */
  readonly onConnected: (cluster: Cluster) => void
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
  let isRecovering = false

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
    onOpen(cluster)
    onConnected(cluster)
    return cluster
  })

  return {
    async cluster(waiting) {
      const aborted = new Promise<undefined>(resolve => {
        if (waiting.aborted) resolve(undefined)
        else waiting.addEventListener('abort', () => resolve(undefined), { once: true })
      })
      return open ?? Promise.race([first, aborted])
    },
    recover() {
      const cluster = open
      if (!cluster || isRecovering) return
      isRecovering = true
      void retry(async () => ((await answers(cluster, signal)) ? true : undefined), {
        signal,
        ...pauses,
      }).then(isBack => {
        isRecovering = false
        if (isBack) onConnected(cluster)
      })
    },
    async close() {
      controller.abort()
      await first
      await open?.close()
    },
  }
}

/** Whether the API server answers at all; that this user may not see something is an answer too. */
async function answers({ api }: Cluster, signal: AbortSignal): Promise<boolean> {
  const type = { apiVersion: 'v1', kind: 'Namespace', plural: 'namespaces', namespaced: false }
  const found = await api.get(type, { name: 'default' }, { signal })
  return found.ok || !['unreachable', 'timeout', 'aborted'].includes(found.failure.kind)
}
