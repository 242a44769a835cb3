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
 *     wait for an instance ──> what the node has of the one before ──> open the newest ──> the one before it ──> its lines
 *           ^                                                                                                      │ ends, breaks
 *           └── it has ended, and all was read ── ask how it is <──────────────────────────────────────────────────┘
 *
 * The API has no name for an instance but "the newest" and "the one before", and which those are is known to the node seconds
 * before the cluster says so. So both are asked for each time, and the one before once more when the newest has begun: with
 * a restart between the two requests it is another one, which nobody has read yet. All instances of a container write by
 * one clock, and by their times new lines are told from known ones (`Resumption`).
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
  #wasFollowed = false
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
      else if (await this.#readPrevious()) await this.#followNewest()
      else await this.#sleep(this.#nextPause())
    }
  }

  /** Whether all was read that the node still has of the instance before the newest: only then comes what that one says. */
  async #readPrevious(): Promise<boolean> {
    const opened = await this.#open({ previous: true })
    if (!opened.ok) return isNotThere(opened)
    await this.#read(opened.value)
    const { isComplete, rest } = opened.value.end
    if (isComplete) this.#take(rest)
    return isComplete
  }

  async #followNewest(): Promise<void> {
    const { started } = this.#container
    const openedAt = performance.now()
    const reading = new AbortController()
    const signal = AbortSignal.any([this.#stop.signal, reading.signal])
    const opened = await this.#open({ isFollowed: true }, signal)
    const isNext = opened.ok && (await this.#readPrevious())
    if (isNext) {
      this.#wasFollowed = true
      await this.#read(opened.value)
    }
    reading.abort()
    const isRead = opened.ok ? isNext && opened.value.end.isComplete : isNotThere(opened)
    const hasEnded = await this.#hasEnded(started, performance.now() - openedAt)
    if (!hasEnded || !isRead) return
    if (opened.ok) this.#take(opened.value.end.rest)
    this.#finished = started
  }

  /** Looks how the container is, right before the next try: what was seen last may be older than what ended the stream. */
  async #hasEnded(started: number, openMs: number): Promise<boolean> {
    if (openMs >= pauses.shortLifeMs) this.#pauseMs = pauses.firstMs
    else await this.#sleep(this.#nextPause())
    if (this.#isOver) return true
    const looked = await this.#options.look(this.#stop.signal)
    if (!looked.ok) {
      await this.#sleep(this.#nextPause())
      return false
    }
    if (looked.value) this.#container = looked.value
    else this.#isGone = true
    return !looked.value?.isRunning || looked.value.started > started
  }

  #open(
    more: Pick<PodLogOpening, 'previous' | 'isFollowed'>,
    signal = this.#stop.signal,
  ): Promise<ApiResult<PodLogStream>> {
    const { api, source, tailLines } = this.#options
    const { since } = this.#resumption
    const { namespace, pod, container } = source
    const range = {
      ...(since !== undefined && { since }),
      ...(tailLines !== undefined && !this.#wasFollowed && { tailLines }),
    }
    return api.openPodLog({ namespace, pod, container, ...more, ...range }, { signal })
  }

  async #read({ batches }: PodLogStream): Promise<void> {
    this.#resumption.begin()
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
