import { fail } from '../../model/result.ts'
import type { Closable } from '../../util/scope.ts'
import { timerMs } from '../../util/timer.ts'
import type { Probe } from '../kinds/pod.ts'
import { getHttp, type HandlerResult, type HandlerTarget, openTcp, runCommand } from './handlers.ts'
import { pause } from './pause.ts'

export interface ProbeWatch {
  /**
   * Somebody waits for the first success: during the first period it is looked for more often, and failures do not count. A node
   * that looks once in ten seconds would make every edit wait for it.
   */
  readonly isAwaited: boolean
  /** It holds from now on: so many successes or failures in a row as the probe asks for. */
  changed(isHealthy: boolean): void
  /** One look that failed. */
  failed(why: string): void
}

/** The pause after the first look of a probe that is awaited, which doubles with each. */
const firstPauseMs = 50

/**
 * Looks again and again until it is closed.
 * https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/
 */
export function startProbe(probe: Probe, target: HandlerTarget, watch: ProbeWatch): Closable {
  const { initialDelaySeconds = 0, periodSeconds = 10, successThreshold = 1, failureThreshold = 3 } = probe
  const periodMs = periodSeconds * 1000
  const closing = new AbortController()
  let isHealthy: boolean | undefined
  let inRow = 0
  let wasOk: boolean | undefined

  function count(result: HandlerResult): void {
    inRow = result.ok === wasOk ? inRow + 1 : 1
    wasOk = result.ok
    if (!result.ok) watch.failed(result.failure)
    const hasThreshold = inRow >= (result.ok ? successThreshold : failureThreshold)
    if (!hasThreshold || isHealthy === result.ok) return
    isHealthy = result.ok
    watch.changed(result.ok)
  }

  async function run(): Promise<void> {
    await pause(initialDelaySeconds * 1000, closing.signal)
    const countsFrom = performance.now() + (watch.isAwaited ? periodMs : 0)
    for (let pauseMs = firstPauseMs; !closing.signal.aborted; pauseMs *= 2) {
      const began = performance.now()
      const result = await look(probe, target, closing.signal)
      if (closing.signal.aborted) return
      const leftMs = countsFrom - performance.now()
      const isEarly = !result.ok && wasOk === undefined && leftMs > 0
      if (!isEarly) count(result)
      const waitMs = isEarly ? Math.min(pauseMs, leftMs) : periodMs - (performance.now() - began)
      await pause(Math.max(waitMs, 0), closing.signal)
    }
  }

  void run()
  return { close: () => closing.abort() }
}

/** Looks once, for at most as long as the probe may take. */
async function look(probe: Probe, target: HandlerTarget, closing: AbortSignal): Promise<HandlerResult> {
  const timeoutMs = (probe.timeoutSeconds ?? 1) * 1000
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(), timerMs(timeoutMs))
  const signal = AbortSignal.any([closing, late.signal])
  try {
    if (probe.exec) return await runCommand(target, probe.exec.command ?? [], signal)
    if (probe.httpGet) return await getHttp(target, probe.httpGet, signal)
    if (probe.tcpSocket) return await openTcp(target, probe.tcpSocket, signal)
    return fail('the sandbox has no grpc probes: use httpGet, tcpSocket or exec')
  } finally {
    clearTimeout(timer)
  }
}
