import { setTimeout as pause } from 'node:timers/promises'
import type { Listener } from '../engine/port.ts'
import type { FailureCode } from '../model/failure.ts'
import type { ImageEngine } from '../model/image-engine.ts'
import { exec } from '../util/exec.ts'
import type { Closable } from '../util/scope.ts'
import { retry } from './retry.ts'

/** Failures that are not mended by an edit: a tool or an engine is missing. */
const codes: readonly FailureCode[] = ['build/no-tool', 'build/no-engine']

const longestPauseMs = 4_000
/** Milliseconds that a tool may take to say its version. */
const askTimeoutMs = 10_000

/**
 * While builds fail because there is no engine or no command to build with, asks for it from time to time, and says when
 * it is there. Asks nothing as long as builds work.
 */
export function watchEnvironment(
  engine: Pick<ImageEngine, 'isThere'>,
  onMended: (codes: readonly FailureCode[]) => void,
): Closable & { listener: Listener } {
  const controller = new AbortController()
  const { signal } = controller
  const asking = new Set<string>()
  const foundBefore = new Set<string>()

  const isEngineThere = async () => ((await engine.isThere(signal)) ? true : undefined)
  const isToolThere = async (tool: string) => {
    const outcome = await exec({ command: tool, args: ['--version'], signal, timeoutMs: askTimeoutMs })
    return outcome.status === 'not-found' || signal.aborted ? undefined : true
  }
  const waitFor = async (missing: string, isThere: () => Promise<true | undefined>) => {
    if (asking.has(missing)) return
    asking.add(missing)
    // What is there, and of no help all the same, would have the build fail without end.
    if (foundBefore.has(missing)) await pause(longestPauseMs, undefined, { signal }).catch(() => undefined)
    const found = await retry(isThere, { signal, firstPauseMs: 1_000, longestPauseMs })
    asking.delete(missing)
    foundBefore.add(missing)
    if (found) onMended(codes)
  }
  return {
    listener(event) {
      if (event.type !== 'task-ended' || event.outcome.status !== 'failed') return
      const { code, tool } = event.outcome.failure
      if (code === 'build/no-engine') void waitFor('the engine', isEngineThere)
      else if (code === 'build/no-tool' && tool !== undefined) void waitFor(tool, () => isToolThere(tool))
    },
    close: () => controller.abort(),
  }
}
