import type { ApiResult, CallOptions, PodLogRequest } from '../model/kube-api.ts'
import { fail, ok } from '../model/result.ts'
import { readLines } from '../util/lines.ts'
import { Deadline } from './deadline.ts'
import type { Transport } from './transport.ts'

const timeoutMs = 15_000
/** What is read at most; the server's own limit would cut off the newest lines instead of the oldest. */
const maxBytes = 8 * 1024 * 1024

/** Reads the last lines of a container's log, oldest first. */
export async function readPodLog(
  transport: Pick<Transport, 'stream'>,
  { namespace, pod, container, previous, tailLines }: PodLogRequest,
  options: CallOptions = {},
): Promise<ApiResult<readonly string[]>> {
  using deadline = new Deadline(timeoutMs, options.signal)
  const log = await transport.stream({
    path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/log`,
    query: { container, previous, tailLines },
    signal: deadline.signal,
  })
  if (!log.ok) return log
  const lines: string[] = []
  let length = 0
  log.value.on('data', (chunk: Buffer) => {
    length += chunk.length
    if (length > maxBytes) log.value.destroy()
  })
  await readLines(log.value, line => {
    lines.push(line)
    if (lines.length > tailLines) lines.shift()
  })
  if (options.signal?.aborted) return fail({ kind: 'aborted', message: 'aborted' })
  return ok(lines)
}
