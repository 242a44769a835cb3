import type { ApiResult, CallOptions, PodLogRequest } from '../model/kube-api.ts'
import { ok } from '../model/result.ts'
import { podPath } from './resource-path.ts'
import type { Transport } from './transport.ts'

/** Reads the last lines of a container's log, oldest first. */
export async function readPodLog(
  transport: Pick<Transport, 'text'>,
  { namespace, pod, container, previous, tailLines }: PodLogRequest,
  options: CallOptions = {},
): Promise<ApiResult<readonly string[]>> {
  const log = await transport.text({
    ...options,
    path: podPath(namespace, pod, 'log'),
    query: { container, previous, tailLines },
  })
  if (!log.ok) return log
  const text = log.value.replace(/\r?\n$/, '')
  if (kubeletHasNone.test(text)) return ok([])
  return ok(text === '' ? [] : text.split(/\r?\n/))
}

/** What the kubelet gives, as if it were the log, where the container was cleared away meanwhile. */
const kubeletHasNone = /^unable to retrieve container logs for \S+$/
