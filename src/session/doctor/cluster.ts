import type { Cluster } from '../../cluster/connect.ts'
import type { ClusterProvider } from '../../cluster/provider.ts'
import type { Project } from '../../model/project.ts'
import type { Closable } from '../../util/scope.ts'
import type { ChosenContext } from '../context.ts'
import { type Finding, good, milliseconds, wrong } from './finding.ts'

/** What runs the images; to be closed. */
export interface ClusterReport extends Closable {
  /** Absent where no cluster answers. */
  readonly provider?: ClusterProvider
  readonly findings: readonly Finding[]
}

/** @param registry what the Devfile says of one */
export async function examineCluster(
  context: ChosenContext,
  registry: Project['registry'],
  signal: AbortSignal,
): Promise<ClusterReport> {
  const begun = performance.now()
  const connected = await context.connect(signal)
  if (!connected.ok) return { findings: [wrong('Kubernetes', connected.failure)], close() {} }
  const cluster: Cluster = connected.value
  return {
    provider: cluster.provider(registry),
    findings: [
      good('Kubernetes', `${cluster.version}, answers in ${milliseconds(performance.now() - begun)}`),
    ],
    close: () => cluster.close(),
  }
}
