import type { ApiError, ApiResult, KubeApi, PodLogOpening } from '../model/kube-api.ts'
import type { LogLine } from '../model/log.ts'
import { ok } from '../model/result.ts'
import type { LogTarget } from './collector.ts'
import { LineReader } from './line-reader.ts'
import { Resumption } from './resumption.ts'

export interface HistoryOptions {
  readonly api: Pick<KubeApi, 'openPodLog'>
  readonly targets: readonly LogTarget[]
  /** RFC 3339, in UTC with nine digits behind the second: nothing older. */
  readonly since?: string
  readonly signal: AbortSignal
}

export interface History {
  /** All lines that the nodes have kept, of all containers in the order of their times. */
  readonly batches: AsyncIterable<readonly LogLine[]>
  /** Once there are no more batches: the same containers, to be followed from there on. */
  readonly targets: readonly LogTarget[]
  /** What could not be read, by the first error of each container. */
  readonly errors: readonly ApiError[]
}

/** Lines that are handed over at once. */
const batchLines = 500

/** Reads what containers have said so far: their newest instances, and the ones before those. */
export function readHistory({ api, targets, since, signal }: HistoryOptions): History {
  const errors: ApiError[] = []
  const known = targets.map(target => ({ ...target, resumption: new Resumption(since) }))

  async function* linesOf({ source, resumption }: (typeof known)[number]) {
    const reader = new LineReader(source)
    const { namespace, pod } = source
    const range = resumption.since === undefined ? {} : { since: resumption.since }
    const request = { namespace, pod, container: source.container, ...range }
    // Both, whatever the cluster says: the node knows of a restart seconds before it. And the newest first: of a restart between
    // the two requests the older one is then read twice, where else it would be neither of them.
    const newest = await open(request)
    const previous = await open({ ...request, previous: true })
    for (const opened of [previous, newest]) {
      if (!opened.ok) {
        errors.push(opened.failure)
        return
      }
      resumption.begin()
      for await (const { time, text } of opened.value) {
        if (resumption.isNew(time) && (since === undefined || time >= since))
          yield reader.read({ time, text })
      }
    }
  }

  /** Nothing where the node has cleared it away. */
  async function open(
    request: PodLogOpening,
  ): Promise<ApiResult<AsyncIterable<{ time: string; text: string }>>> {
    const opened = await api.openPodLog(request, { signal })
    if (opened.ok) {
      const stream = opened.value
      return ok(
        (async function* () {
          for await (const batch of stream.batches) yield* batch
          if (stream.end.isComplete && stream.end.rest) yield stream.end.rest
        })(),
      )
    }
    const isCleared = opened.failure.kind === 'invalid' || opened.failure.kind === 'not-found'
    return isCleared ? ok((async function* () {})()) : opened
  }

  return { batches: inBatches(merge(known.map(linesOf))), targets: known, errors }
}

/** Lines of several ordered sources in one order. Each is read no further than to its next line. */
async function* merge(sources: readonly AsyncGenerator<LogLine>[]): AsyncGenerator<LogLine> {
  const heads = await Promise.all(sources.map(async source => ({ source, head: await source.next() })))
  for (;;) {
    let oldest: (typeof heads)[number] | undefined
    for (const one of heads) {
      if (one.head.done) continue
      if (!oldest || oldest.head.done || one.head.value.time < oldest.head.value.time) oldest = one
    }
    if (!oldest || oldest.head.done) return
    yield oldest.head.value
    oldest.head = await oldest.source.next()
  }
}

async function* inBatches(lines: AsyncIterable<LogLine>): AsyncGenerator<readonly LogLine[]> {
  let batch: LogLine[] = []
  for await (const line of lines) {
    batch.push(line)
    if (batch.length < batchLines) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}
