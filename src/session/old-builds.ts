import type { DockerCommand } from '../build/docker-command.ts'
import { pruneImage } from '../build/prune.ts'
import type { Listener } from '../engine/port.ts'
import type { Closable } from '../util/scope.ts'

/** Builds of an image that stay in the engine: the newest, and what a user may go back to. */
const keptBuilds = 3

/**
 * Removes the older builds of an image after each new one, one image after another, so that nobody waits for it. What
 * fails is not told: it hinders nothing, and the next build tries again.
 */
export function pruneOldBuilds(docker: DockerCommand): Closable & { listener: Listener } {
  const controller = new AbortController()
  const { signal } = controller
  const waiting = new Map<string, string>()
  let pruning: Promise<void> | undefined

  const pruneWaiting = async () => {
    for (const [ref, newest] of waiting) {
      waiting.delete(ref)
      await pruneImage(docker, { ref, keep: keptBuilds, current: [newest], signal })
    }
    pruning = undefined
  }
  return {
    listener(event) {
      if (event.type !== 'task-ended' || event.outcome.status !== 'succeeded') return
      const { result } = event.outcome
      if (event.task.kind !== 'build' || result.kind !== 'build') return
      waiting.set(event.task.image, result.reference)
      pruning ??= pruneWaiting()
    },
    async close() {
      controller.abort()
      await pruning
    },
  }
}
