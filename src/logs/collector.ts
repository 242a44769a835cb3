import type { ApiResult, KubeApi } from '../model/kube-api.ts'
import type { LogReader, LogSource } from '../model/log.ts'
import type { LoggedContainer } from '../model/rollout.ts'
import type { Closable } from '../util/scope.ts'
import { Arrivals } from './arrivals.ts'
import { ContainerLog } from './container-log.ts'
import type { Resumption } from './resumption.ts'
import { LogRing } from './ring.ts'

export interface LogCollectorOptions {
  readonly api: Pick<KubeApi, 'openPodLog'>
  /** How a container is now; `undefined` where its pod is gone. */
  readonly look: (target: LogTarget, signal: AbortSignal) => Promise<ApiResult<LoggedContainer | undefined>>
  /** Default: 10 MB. */
  readonly maxBytes?: number
}

/** A container whose log is wanted. */
export interface LogTarget {
  /** Of its pod. */
  readonly uid: string
  readonly source: LogSource
  readonly container: LoggedContainer
  /** Of what was said before it was first wanted, only so many lines. */
  readonly tailLines?: number
  /** What was read of it before. */
  readonly resumption?: Resumption
}

/** Follows the logs of containers as they come and go, and keeps their newest lines in one order. */
export interface LogCollector extends Closable {
  readonly lines: LogReader
  /** Follows these containers, and of others reads only what they still say. */
  follow(targets: readonly LogTarget[]): void
}

const defaultMaxBytes = 10_000_000

export function createLogCollector({
  api,
  look,
  maxBytes = defaultMaxBytes,
}: LogCollectorOptions): LogCollector {
  const ring = new LogRing(maxBytes)
  const arrivals = new Arrivals(lines => ring.add(lines))
  const followed = new Map<string, ContainerLog>()
  /** Of containers that are gone. */
  const leaving = new Map<ContainerLog, Promise<void>>()
  let isClosed = false

  function enter(key: string, target: LogTarget) {
    const { source, container, tailLines, resumption } = target
    const log = new ContainerLog({
      api,
      source,
      container,
      look: signal => look(target, signal),
      onLines: batch => arrivals.add(batch),
      ...(tailLines !== undefined && { tailLines }),
      ...(resumption && { resumption }),
    })
    followed.set(key, log)
  }

  function leave(key: string, log: ContainerLog) {
    followed.delete(key)
    leaving.set(
      log,
      log.leave().finally(() => leaving.delete(log)),
    )
  }

  return {
    lines: ring,
    follow(targets) {
      if (isClosed) return
      const wanted = new Map(targets.map(target => [keyOf(target), target]))
      for (const [key, log] of followed) if (!wanted.has(key)) leave(key, log)
      for (const [key, target] of wanted) {
        const log = followed.get(key)
        if (log) log.update(target.container)
        else enter(key, target)
      }
    },
    async close() {
      isClosed = true
      await Promise.all([...followed.values(), ...leaving.keys()].map(log => log.close()))
      arrivals.close()
    },
  }
}

function keyOf({ uid, source }: LogTarget): string {
  return `${uid}/${source.container}`
}
