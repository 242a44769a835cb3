import { fail } from '../../model/result.ts'
import type { Closable } from '../../util/scope.ts'
import type { Probe } from '../kinds/pod.ts'
import { getHttp, type HandlerResult, type HandlerTarget, openTcp, runCommand } from './handlers.ts'
import { pause } from './pause.ts'

export interface ProbeListener {
  /** It holds from now on: so many successes or failures in a row as the probe asks for. */
  changed(isHealthy: boolean): void
  /** One look that failed. */
  failed(why: string): void
}

/**
 * Looks again and again until it is closed.
 * https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/
 */
export function startProbe(probe: Probe, target: HandlerTarget, listener: ProbeListener): Closable {
  const { initialDelaySeconds = 0, periodSeconds = 10, successThreshold = 1, failureThreshold = 3 } = probe
  const closing = new AbortController()
  let isHealthy: boolean | undefined
  let inRow = 0
  let wasOk: boolean | undefined

  async function run(): Promise<void> {
    await pause(initialDelaySeconds * 1000, closing.signal)
    while (!closing.signal.aborted) {
      const began = performance.now()
      const result = await look(probe, target, closing.signal)
      if (closing.signal.aborted) return
      inRow = result.ok === wasOk ? inRow + 1 : 1
      wasOk = result.ok
      if (!result.ok) listener.failed(result.failure)
      if (inRow >= (result.ok ? successThreshold : failureThreshold) && isHealthy !== result.ok) {
        isHealthy = result.ok
        listener.changed(result.ok)
      }
      await pause(Math.max(periodSeconds * 1000 - (performance.now() - began), 0), closing.signal)
    }
  }

  void run()
  return { close: () => closing.abort() }
}

/** Looks once, for at most as long as the probe may take. */
async function look(probe: Probe, target: HandlerTarget, closing: AbortSignal): Promise<HandlerResult> {
  const timeoutMs = (probe.timeoutSeconds ?? 1) * 1000
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(), timeoutMs)
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
