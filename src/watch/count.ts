import type { InputSet } from '../model/files.ts'
import { createMembership } from './membership.ts'
import { walk } from './walk.ts'

/** How many folders have to be watched for what inputs are made from. Ends early, with what was counted, once `signal` is aborted. */
export async function countWatchedFolders(inputs: readonly InputSet[], signal: AbortSignal): Promise<number> {
  const membership = createMembership(inputs)
  const folders = new Set<string>()
  for (const root of membership.outermostRoots) {
    for await (const { folder } of walk(root, membership, () => {})) {
      folders.add(folder)
      if (signal.aborted) return folders.size
    }
  }
  return folders.size
}
