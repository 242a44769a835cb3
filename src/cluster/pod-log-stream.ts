import type { IncomingMessage } from 'node:http'
import type {
  ApiResult,
  CallOptions,
  PodLogEnd,
  PodLogLine,
  PodLogOpening,
  PodLogStream,
} from '../model/kube-api.ts'
import { ok } from '../model/result.ts'
import { LogLines } from './log-lines.ts'
import { podPath } from './resource-path.ts'
import type { Transport } from './transport.ts'

/**
 * How long a container that is followed may be silent from its start on, in milliseconds. The kubelet begins its answer
 * with the first line only; that the server is gone is told by the connection.
 */
const firstLineMs = 600_000

/** Opens a container's log. Settles with its first line, its end, or an error. */
export async function openPodLog(
  transport: Pick<Transport, 'stream'>,
  { namespace, pod, container, previous, isFollowed, since, tailLines }: PodLogOpening,
  options: CallOptions = {},
): Promise<ApiResult<PodLogStream>> {
  const answer = await transport.stream({
    ...options,
    path: podPath(namespace, pod, 'log'),
    query: { container, previous, follow: isFollowed, sinceTime: since, tailLines, timestamps: true },
    isGathered: true,
    ...(isFollowed && { timeoutMs: firstLineMs }),
  })
  return answer.ok ? ok(new AnswerStream(answer.value)) : answer
}

class AnswerStream implements PodLogStream {
  readonly batches: AsyncIterable<readonly PodLogLine[]>
  #end: PodLogEnd = { isComplete: false }

  constructor(body: IncomingMessage) {
    this.batches = this.#read(body)
    // One that breaks before anyone reads it must not end the process.
    body.on('error', () => {})
  }

  get end(): PodLogEnd {
    return this.#end
  }

  async *#read(body: IncomingMessage): AsyncGenerator<readonly PodLogLine[]> {
    const lines = new LogLines()
    try {
      for await (const chunk of body as AsyncIterable<Buffer>) {
        const batch = lines.take(chunk)
        if (batch.length > 0) yield batch
      }
    } catch {
      // It broke, as `complete` says.
    }
    const rest = lines.rest()
    this.#end = { isComplete: body.complete, ...(rest && { rest }) }
  }
}
