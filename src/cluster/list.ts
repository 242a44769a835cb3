import type { KubeMetadata, KubeObject } from '../model/kube.ts'
import type { ApiResult, CallOptions, ListQuery, ResourceType } from '../model/kube-api.ts'
import { ok } from '../model/result.ts'
import { resourcePath } from './resource-path.ts'
import type { Transport } from './transport.ts'

/** The whole set at one moment, and the place in the server's history from which a watch goes on. */
export interface ListedObjects {
  readonly objects: readonly KubeObject[]
  readonly resourceVersion: string
}

const pageSize = 500

/** Lists in pages. When the server no longer knows the next page, it begins again, once. */
export async function listObjects(
  transport: Pick<Transport, 'json'>,
  type: ResourceType,
  query: ListQuery,
  options: CallOptions = {},
): Promise<ApiResult<ListedObjects>> {
  const first = await listOnce(transport, type, query, options)
  return first.ok || first.failure.status !== 410 ? first : listOnce(transport, type, query, options)
}

async function listOnce(
  transport: Pick<Transport, 'json'>,
  type: ResourceType,
  { namespace, labelSelector, fieldSelector }: ListQuery,
  options: CallOptions,
): Promise<ApiResult<ListedObjects>> {
  const objects: KubeObject[] = []
  let next: string | undefined
  for (;;) {
    const page = await transport.json<ObjectList>({
      ...options,
      path: resourcePath(type, namespace),
      query: { labelSelector, fieldSelector, limit: pageSize, continue: next },
    })
    if (!page.ok) return page
    // The items of a list do not say what they are.
    for (const item of page.value.items ?? [])
      objects.push({ ...item, apiVersion: type.apiVersion, kind: type.kind })
    next = page.value.metadata?.continue
    if (!next) return ok({ objects, resourceVersion: page.value.metadata?.resourceVersion ?? '' })
  }
}

interface ObjectList {
  readonly items?: readonly { metadata: KubeMetadata }[] | null
  readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string }
}
