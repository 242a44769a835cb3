import type { PodObject } from '../deploy/pod-object.ts'
import { describePod } from '../deploy/pods.ts'
import { createLogCollector, type LogTarget } from '../logs/collector.ts'
import { readHistory } from '../logs/history.ts'
import { type KubeObject, projectLabel, serviceLabel } from '../model/kube.ts'
import { type ApiError, type ApiResult, type KubeApi, type ListQuery, podType } from '../model/kube-api.ts'
import { type LogLine, logTimestamp } from '../model/log.ts'
import { ok } from '../model/result.ts'
import { logTargetsOf, lookAtContainer } from './logged-pods.ts'

export interface ProjectLogsOptions {
  readonly api: Pick<KubeApi, 'list' | 'get' | 'watch' | 'openPodLog'>
  /** The value of the label `devloop.dev/project`. */
  readonly project: string
  /** Where to look, where the user may not look everywhere. */
  readonly namespace: string
  readonly isWanted: (service: string) => boolean
  /** Milliseconds since 1970: nothing older. */
  readonly since?: number
  /** Goes on with what is said from now on, until the signal is aborted. */
  readonly isFollowed: boolean
  readonly signal: AbortSignal
  /** Oldest first. No more are read before the promise settles. */
  readonly onLines: (lines: readonly LogLine[]) => Promise<void>
  /** So many lines came faster than they were taken. */
  readonly onMissed: (lines: number) => void
  /** What could not be read, or the connection is lost; it is tried again. */
  readonly onTrouble: (error: ApiError) => void
}

/** Lines that are handed over at once. */
const linesAtOnce = 1_000

/**
 * Reads what the containers of a project have said, with or without a running `up`: the labels tell which they are. Gives how many there were at the beginning.
 */
export async function readProjectLogs(options: ProjectLogsOptions): Promise<ApiResult<number>> {
  const { api, since, isFollowed, signal, onLines, onTrouble } = options
  const listed = await listPods(options)
  if (!listed.ok) return listed
  const { query, pods } = listed.value
  const history = readHistory({
    api,
    targets: pods.flatMap(pod => targetsOf(pod, options)),
    signal,
    ...(since !== undefined && { since: logTimestamp(since) }),
  })
  for await (const lines of history.batches) await onLines(lines)
  for (const error of history.errors) if (!signal.aborted) onTrouble(error)
  if (isFollowed && !signal.aborted) await follow(options, query, history.targets)
  return ok(history.targets.length)
}

async function listPods({
  api,
  project,
  namespace,
  signal,
}: ProjectLogsOptions): Promise<ApiResult<{ query: ListQuery; pods: readonly KubeObject[] }>> {
  const everywhere: ListQuery = { labelSelector: `${projectLabel}=${project}` }
  const found = await api.list(podType, everywhere, { signal })
  const isForbidden = !found.ok && found.failure.kind === 'forbidden'
  const query = isForbidden ? { ...everywhere, namespace } : everywhere
  const pods = isForbidden ? await api.list(podType, query, { signal }) : found
  return pods.ok ? ok({ query, pods: pods.value }) : pods
}

function targetsOf(object: KubeObject, { isWanted }: ProjectLogsOptions): readonly LogTarget[] {
  const service = object.metadata.labels?.[serviceLabel]
  if (service === undefined || !isWanted(service)) return []
  return logTargetsOf(service, describePod(object as PodObject, false))
}

async function follow(
  options: ProjectLogsOptions,
  query: ListQuery,
  read: readonly LogTarget[],
): Promise<void> {
  const { api, signal, onLines, onMissed, onTrouble } = options
  const collector = createLogCollector({
    api,
    look: (target, lookSignal) => lookAtContainer(api, target, lookSignal),
  })
  const pods = new Map<string, readonly LogTarget[]>()
  const put = (object: KubeObject) =>
    pods.set(
      object.metadata.uid ?? '',
      targetsOf(object, options).map(target => ({ ...read.find(one => isSame(one, target)), ...target })),
    )
  const update = () => collector.follow([...pods.values()].flat())
  const watch = api.watch(podType, query, {
    onList(objects) {
      pods.clear()
      objects.forEach(put)
      update()
    },
    onChange(object) {
      put(object)
      update()
    },
    onDelete({ metadata }) {
      pods.delete(metadata.uid ?? '')
      update()
    },
    onInterrupted(error) {
      if (error && !signal.aborted) onTrouble(error)
    },
  })
  const { lines } = collector
  let position = lines.first
  while (!signal.aborted) {
    const slice = lines.read(position, linesAtOnce)
    position = slice.next
    if (slice.missed > 0) onMissed(slice.missed)
    if (slice.lines.length > 0) await onLines(slice.lines)
    else await nextLine()
  }
  await Promise.all([watch.close(), collector.close()])

  function nextLine(): Promise<void> {
    return new Promise(resolve => {
      const end = () => {
        void subscription.close()
        signal.removeEventListener('abort', end)
        resolve()
      }
      const subscription = lines.subscribe(end)
      signal.addEventListener('abort', end)
    })
  }
}

function isSame(one: LogTarget, other: LogTarget): boolean {
  return one.uid === other.uid && one.source.container === other.source.container
}
