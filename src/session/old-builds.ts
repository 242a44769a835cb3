import { pruneImage } from '../build/prune.ts'
import type { Listener } from '../engine/port.ts'
import type { ImageEngine } from '../model/image-engine.ts'
import type { IdleWork } from './idle-work.ts'

/** Builds of an image that stay in the engine: the newest, and what a user may go back to. */
const keptBuilds = 3

export interface OldBuildsOptions {
  readonly engine: ImageEngine
  /** The project's name. */
  readonly project: string
  readonly idleWork: Pick<IdleWork, 'add'>
}

/**
 * Removes the older builds of an image after each new one, when nothing else is to be done. What fails is not told: it
 * hinders nothing, and the next build tries again.
 */
export function pruneOldBuilds({ engine, project, idleWork }: OldBuildsOptions): Listener {
  return event => {
    if (event.type !== 'task-ended' || event.outcome.status !== 'succeeded') return
    const { result } = event.outcome
    if (event.task.kind !== 'build' || result.kind !== 'build' || result.isCached) return
    const ref = event.task.image
    const current = [result.reference]
    const prune = async (signal: AbortSignal) => {
      await pruneImage(engine, { ref, project, keep: keptBuilds, current, signal })
    }
    idleWork.add(`prune ${ref}`, prune, 'idle')
  }
}
