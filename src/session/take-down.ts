import { deleteObjects } from '../deploy/delete.ts'
import type { Project } from '../model/project.ts'
import type { Result } from '../model/result.ts'
import type { ChosenContext } from './context.ts'

export interface TakeDownOptions {
  readonly context: ChosenContext
  readonly project: Project
  readonly signal: AbortSignal
  readonly onLine: (line: string) => void
}

/** Deletes all that devloop applied for a project, and waits until it is gone. Gives the number of objects. */
export async function takeDown({
  context,
  project,
  signal,
  onLine,
}: TakeDownOptions): Promise<Result<number>> {
  const cluster = await context.connect(signal)
  if (!cluster.ok) return cluster
  try {
    return await deleteObjects(cluster.value.api, { project: project.name, signal, onLine })
  } finally {
    await cluster.value.close()
  }
}
