import type { DockerCommand } from '../build/docker-command.ts'
import type { Listener } from '../engine/port.ts'
import type { FailureCode } from '../model/failure.ts'
import { exec } from '../util/exec.ts'
import type { Closable } from '../util/scope.ts'
import { retry } from './retry.ts'

/** Failures that are not mended by an edit: a tool or an engine is missing. */
const codes: readonly FailureCode[] = ['build/no-tool', 'build/no-engine']

/**
 * While builds fail because there is no docker command or engine, asks for it from time to time, and says when it is
 * there. Asks nothing as long as builds work.
 */
export function watchEnvironment(
  { command, env }: DockerCommand,
  onMended: (codes: readonly FailureCode[]) => void,
): Closable & { listener: Listener } {
  const controller = new AbortController()
  const { signal } = controller
  let isAsking = false

  const ask = async () => {
    const outcome = await exec({ command, args: ['version'], env, signal, timeoutMs: 10_000 })
    return outcome.status === 'succeeded' ? true : undefined
  }
  return {
    listener(event) {
      const isMissing =
        event.type === 'task-ended' &&
        event.outcome.status === 'failed' &&
        codes.includes(event.outcome.failure.code)
      if (!isMissing || isAsking) return
      isAsking = true
      void retry(ask, { signal, firstPauseMs: 1_000, longestPauseMs: 4_000 }).then(isThere => {
        isAsking = false
        if (isThere) onMended(codes)
      })
    },
    close: () => controller.abort(),
  }
}
