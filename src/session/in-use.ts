import { projectLabel } from '../model/kube.ts'
import type { KubeApi } from '../model/kube-api.ts'
import { inBatches } from '../util/batches.ts'
import type { ChosenContext } from './context.ts'

const parallelRequests = 10

/**
 * Whether anything that a person put into a cluster is in it: objects of another project of devloop's, or pods. Where that
 * cannot be told, it is.
 */
export async function isInUse(context: ChosenContext, signal: AbortSignal): Promise<boolean> {
  const cluster = await context.connect(signal)
  if (!cluster.ok) return true
  try {
    return await hasObjects(cluster.value.api, signal)
  } finally {
    await cluster.value.close()
  }
}

async function hasObjects(
  api: Pick<KubeApi, 'deletableTypes' | 'list'>,
  signal: AbortSignal,
): Promise<boolean> {
  const types = await api.deletableTypes({ signal })
  if (!types.ok) return true
  const found = await inBatches(types.value, parallelRequests, async type => {
    const query = type.apiVersion === 'v1' && type.kind === 'Pod' ? {} : { labelSelector: projectLabel }
    const listed = await api.list(type, query, { signal })
    return !listed.ok || listed.value.length > 0
  })
  return found.includes(true)
}
