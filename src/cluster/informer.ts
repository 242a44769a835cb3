import type { ApiError, ListQuery, ResourceType, WatchHandler } from '../model/kube-api.ts'
import type { Closable } from '../util/scope.ts'
import { Backoff } from './backoff.ts'
import { pause } from './deadline.ts'
import { listObjects } from './list.ts'
import { resourcePath } from './resource-path.ts'
import type { Transport } from './transport.ts'
import { readWatch, type WatchEvent } from './watch-stream.ts'

/** In milliseconds. */
export interface InformerTiming {
  /** How long the server is asked to keep one watch open. */
  readonly watchMs: number
  /**
   * Quiet after which a watch is opened anew. Servers send a bookmark about once a minute; where they do not, opening
   * the watch again asks whether the server is still there.
   */
  readonly silenceMs: number
  /** A watch that ends sooner than this counts as a failure, so that there is no hot loop. */
  readonly shortLifeMs: number
  readonly firstPauseMs: number
  /** Short, as it is the time until a local cluster that came back is seen. */
  readonly maxPauseMs: number
}

const defaultTiming: InformerTiming = {
  watchMs: 240_000,
  silenceMs: 75_000,
  shortLifeMs: 1_000,
  firstPauseMs: 200,
  maxPauseMs: 5_000,
}

/**
 * Keeps up with a set of objects:
 *
 *     list ──> watch ──ends, breaks, falls silent──> watch from the last version
 *      ^         │
 *      └─pause───┴─ expired version, or the watch could not be opened
 *
 * After a failed try it lists, even where the last version might still be known: the cluster that answers again may be
 * another one at the same address.
 */
export function startInformer(
  transport: Pick<Transport, 'json' | 'stream'>,
  type: ResourceType,
  query: ListQuery,
  handler: WatchHandler,
  timing: InformerTiming = defaultTiming,
): Closable {
  const informer = new Informer(transport, type, query, handler, timing)
  const done = informer.run()
  return {
    close() {
      informer.stop()
      return done
    },
  }
}

class Informer {
  readonly #transport: Pick<Transport, 'json' | 'stream'>
  readonly #type: ResourceType
  readonly #query: ListQuery
  readonly #handler: WatchHandler
  readonly #timing: InformerTiming
  readonly #backoff: Backoff
  readonly #stop = new AbortController()
  /** Of each object, the version that was handed over last. */
  #versions = new Map<string, string>()
  /** The place in the server's history that was reached. */
  #position = ''
  #isInterrupted = false

  constructor(
    transport: Pick<Transport, 'json' | 'stream'>,
    type: ResourceType,
    query: ListQuery,
    handler: WatchHandler,
    timing: InformerTiming,
  ) {
    this.#transport = transport
    this.#type = type
    this.#query = query
    this.#handler = handler
    this.#timing = timing
    this.#backoff = new Backoff(timing.firstPauseMs, timing.maxPauseMs)
  }

  stop(): void {
    this.#stop.abort()
  }

  async run(): Promise<void> {
    const { signal } = this.#stop
    while (!signal.aborted) {
      const error = (await this.#list()) ?? (await this.#follow())
      if (signal.aborted) return
      if (error) this.#interrupted(error)
      await pause(this.#backoff.next(), signal)
    }
  }

  async #list(): Promise<ApiError | undefined> {
    const { signal } = this.#stop
    const listed = await listObjects(this.#transport, this.#type, this.#query, { signal })
    if (!listed.ok) return listed.failure
    if (signal.aborted) return undefined
    const { objects, resourceVersion } = listed.value
    this.#position = resourceVersion
    this.#versions = new Map(
      objects.map(({ metadata }) => [metadata.uid ?? '', metadata.resourceVersion ?? '']),
    )
    this.#handler.onList(objects)
    return undefined
  }

  /** Watches until there is need to list again. */
  async #follow(): Promise<ApiError | undefined> {
    const { signal } = this.#stop
    const { shortLifeMs, silenceMs } = this.#timing
    while (!signal.aborted) {
      const watch = await this.#open()
      if (!watch.ok) return watch.failure.status === 410 ? undefined : watch.failure
      const openedAt = performance.now()
      this.#recovered()
      let mustList = false
      await readWatch(watch.value, silenceMs, event => {
        if (signal.aborted) return false
        mustList = event.type === 'ERROR'
        if (event.type !== 'ERROR') this.#take(event)
        return !mustList
      })
      if (performance.now() - openedAt >= shortLifeMs) this.#backoff.reset()
      else if (!mustList) await pause(this.#backoff.next(), signal)
      if (mustList) return undefined
    }
    return undefined
  }

  #open() {
    return this.#transport.stream({
      path: resourcePath(this.#type, this.#query.namespace),
      query: {
        labelSelector: this.#query.labelSelector,
        fieldSelector: this.#query.fieldSelector,
        watch: true,
        allowWatchBookmarks: true,
        resourceVersion: this.#position,
        timeoutSeconds: Math.ceil(this.#timing.watchMs / 1_000),
      },
      signal: this.#stop.signal,
    })
  }

  #take({ type, object }: Exclude<WatchEvent, { type: 'ERROR' }>): void {
    const { uid = '', resourceVersion = '' } = object.metadata
    this.#position = resourceVersion
    if (type === 'BOOKMARK') return
    if (type === 'DELETED') {
      this.#versions.delete(uid)
      this.#handler.onDelete(object)
    } else if (this.#versions.get(uid) !== resourceVersion) {
      this.#versions.set(uid, resourceVersion)
      this.#handler.onChange(object)
    }
  }

  #interrupted(error: ApiError): void {
    if (this.#isInterrupted) return
    this.#isInterrupted = true
    this.#handler.onInterrupted(error)
  }

  #recovered(): void {
    if (!this.#isInterrupted || this.#stop.signal.aborted) return
    this.#isInterrupted = false
    this.#handler.onInterrupted(undefined)
  }
}
