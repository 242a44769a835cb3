import type { ApiResult, KubeApi, PodLogLine, PodLogOpening, PodLogStream } from '../model/kube-api.ts'
import type { LogLine, LogSource } from '../model/log.ts'
import type { LoggedContainer } from '../model/rollout.ts'
import type { Closable } from '../util/scope.ts'
import { LineReader } from './line-reader.ts'
import { Resumption } from './resumption.ts'

export interface ContainerLogOptions {
  readonly api: Pick<KubeApi, 'openPodLog'>
  readonly source: LogSource
  readonly container: LoggedContainer
  /** Asks the cluster how the container is now; `undefined` where its pod is gone. */
  readonly look: (signal: AbortSignal) => Promise<ApiResult<LoggedContainer | undefined>>
  readonly onLines: (lines: readonly LogLine[]) => void
  /** Of what was said before it was seen, only so many lines. */
  readonly tailLines?: number
  /** What was read of it before. */
  readonly resumption?: Resumption
}

/** Milliseconds between two tries. A log that was open at least `shortLifeMs` is opened anew at once. */
const pauses = { firstMs: 200, longestMs: 5_000, shortLifeMs: 1_000 }

/** Milliseconds that are left to the last words of a container whose pod is gone. */
const farewellMs = 5_000

/**
 * Follows the log of one container from one instance to the next:
 *
 *     wait for an instance ──> the end of the one before, if it was not read ──> follow the newest
 *           ^                                                                          │ ends, breaks
 *           └── it has ended, and all was read ── ask how the container is <───────────┘
 *
 * The API has no name for an instance but "the newest" and "the one before", and says more than once what it cannot
 * leave out. All instances of a container write by one clock, so what was read is told by its time (`Resumption`).
 */
export class ContainerLog implements Closable {
  readonly #options: ContainerLogOptions
  readonly #lines: LineReader
  readonly #resumption: Resumption
  readonly #stop = new AbortController()
  readonly #done: Promise<void>
  #container: LoggedContainer
  /** Instances whose log needs no more reading. */
  #finished = 0
  #isGone = false
  #pauseMs = pauses.firstMs
  #wake = () => {}

  constructor(options: ContainerLogOptions) {
    this.#options = options
    this.#lines = new LineReader(options.source)
    this.#resumption = options.resumption ?? new Resumption()
    this.#container = options.container
    this.#done = this.#run()
  }

  /** How the container was seen last. */
  update(container: LoggedContainer): void {
    const { started, isRunning } = this.#container
    if (container.started === started && container.isRunning === isRunning) return
    this.#container = container
    this.#wake()
  }

  /** The pod is gone: reads what still comes, and no more. Settles when that has ended. */
  async leave(): Promise<void> {
    this.#isGone = true
    this.#wake()
    const timer = setTimeout(() => this.#stop.abort(), farewellMs)
    await this.#done
    clearTimeout(timer)
  }

  async close(): Promise<void> {
    this.#stop.abort()
    this.#wake()
    await this.#done
  }

  get #isOver(): boolean {
    return this.#isGone || this.#stop.signal.aborted
  }

  async #run(): Promise<void> {
    while (!this.#isOver) {
      if (this.#container.started === this.#finished) await this.#sleep()
      else if (this.#container.started > this.#finished + 1) await this.#readPrevious()
      else await this.#followNewest()
    }
  }

  /** What the node still has of the instance before the newest. */
  async #readPrevious(): Promise<void> {
    const { started } = this.#container
    const opened = await this.#open({ previous: true })
    if (opened.ok) {
      await this.#read(opened.value)
      if (!opened.value.end.isComplete) return this.#sleep(this.#nextPause())
      this.#take(opened.value.end.rest)
    } else if (!isNotThere(opened)) return this.#sleep(this.#nextPause())
    this.#finished = started - 1
  }

  async #followNewest(): Promise<void> {
    const { started } = this.#container
    const openedAt = performance.now()
    const opened = await this.#open({ isFollowed: true })
    if (opened.ok) await this.#read(opened.value)
    if (this.#isOver) {
      if (opened.ok && opened.value.end.isComplete) this.#take(opened.value.end.rest)
      return
    }
    if (performance.now() - openedAt >= pauses.shortLifeMs) this.#pauseMs = pauses.firstMs
    else await this.#sleep(this.#nextPause())
    // Right before the next try: what was seen last may be older than what broke the connection.
    const looked = await this.#options.look(this.#stop.signal)
    if (!looked.ok) return this.#sleep(this.#nextPause())
    if (!looked.value) {
      this.#isGone = true
      return
    }
    this.#container = looked.value
    const hasEnded = looked.value.started > started || !looked.value.isRunning
    const isRead = opened.ok ? opened.value.end.isComplete : isNotThere(opened)
    if (!hasEnded || !isRead) return
    if (opened.ok) this.#take(opened.value.end.rest)
    this.#finished = started
  }

  #open(more: Pick<PodLogOpening, 'previous' | 'isFollowed'>): Promise<ApiResult<PodLogStream>> {
    const { api, source, tailLines } = this.#options
    const { since } = this.#resumption
    this.#resumption.begin()
    const { namespace, pod, container } = source
    const range = since === undefined ? tailLines !== undefined && { tailLines } : { since }
    return api.openPodLog({ namespace, pod, container, ...more, ...range }, { signal: this.#stop.signal })
  }

  async #read({ batches }: PodLogStream): Promise<void> {
    for await (const batch of batches) {
      this.#takeAll(batch)
      // A container that prints without end must not keep the loop from anything else.
      await new Promise(resolve => setImmediate(resolve))
    }
  }

  #take(line: PodLogLine | undefined): void {
    if (line) this.#takeAll([line])
  }

  #takeAll(batch: readonly PodLogLine[]): void {
    const isFirst = this.#options.tailLines !== undefined && this.#resumption.since === undefined
    if (isFirst && batch[0]) this.#resumption.beginAt(batch[0].time)
    const fresh = batch.filter(({ time }) => this.#resumption.isNew(time))
    if (fresh.length > 0) this.#options.onLines(fresh.map(line => this.#lines.read(line)))
  }

  #nextPause(): number {
    const pauseMs = this.#pauseMs
    this.#pauseMs = Math.min(2 * pauseMs, pauses.longestMs)
    return pauseMs
  }

  /** Until the container is seen to be another than before, or for so many milliseconds. */
  async #sleep(milliseconds?: number): Promise<void> {
    if (this.#isOver) return
    await new Promise<void>(resolve => {
      const timer = milliseconds === undefined ? undefined : setTimeout(resolve, milliseconds)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
    this.#wake = () => {}
  }
}

/** The server knows of no such log: it was cleared away, or there never was one. */
function isNotThere(opened: ApiResult<PodLogStream>): boolean {
  return !opened.ok && (opened.failure.kind === 'invalid' || opened.failure.kind === 'not-found')
}
