import { type Pruned, pruneImage } from '../build/prune.ts'
import type { Project } from '../model/project.ts'
import { ok, type Result } from '../model/result.ts'
import type { ChosenContext } from './context.ts'
import { openEngine } from './image-engine.ts'

export interface CleanUpOptions {
  readonly context: ChosenContext
  readonly project: Project
  readonly signal: AbortSignal
}

/** Removes all builds of a project's images from the cluster's engine that no container uses. Asks no cluster. */
export async function cleanUp({ context, project, signal }: CleanUpOptions): Promise<Result<Pruned>> {
  const { images } = openEngine(await context.engine(signal))
  const removed: string[] = []
  const inUse: string[] = []
  for (const { ref } of project.images) {
    const pruned = await pruneImage(images, { ref, project: project.name, keep: 0, current: [], signal })
    if (!pruned.ok) return pruned
    removed.push(...pruned.value.removed)
    inUse.push(...pruned.value.inUse)
  }
  return ok({ removed, inUse })
}
