import { ok, type Result } from '../model/result.ts'
import { importImage } from './image-import.ts'
import type { ContainerdNode } from './node.ts'
import type { ClusterProvider, EngineEnv } from './provider.ts'

export interface NodeClusterOptions {
  /** For messages: `kind cluster shop`. */
  readonly name: string
  /** Its nodes as they are now: they come and go while devloop runs. */
  readonly nodes: (signal: AbortSignal) => Promise<Result<readonly ContainerdNode[]>>
  readonly engineEnv: EngineEnv
  readonly advice?: string
}

/** A cluster whose nodes have a containerd each, into which images are imported. */
export function nodeCluster({ name, nodes, engineEnv, advice }: NodeClusterOptions): ClusterProvider {
  return {
    name,
    async load(reference, options) {
      const found = await nodes(options.signal)
      if (!found.ok) return found
      const imported = await importImage({ ...options, reference, nodes: found.value, engineEnv })
      return imported.ok ? ok(reference) : imported
    },
    describe: () => `${name}: layers that its nodes lack are imported by ctr`,
    ...(advice !== undefined && { advice }),
  }
}
