import type {
  ApiError,
  ApiResult,
  CallOptions,
  PodLogEnd,
  PodLogLine,
  PodLogOpening,
  PodLogStream,
} from '../../src/model/kube-api.ts'
import { fail, ok } from '../../src/model/result.ts'
import type { LoggedContainer } from '../../src/model/rollout.ts'

/**
 * The log of one container as a node keeps it. It does what a real one (kubelet 1.20 with containerd 1.6) was seen to do:
 *
 * - a container that has not started is refused (400), and so is a previous instance that there is not;
 * - `since` counts in whole seconds: what was said in the same second before comes again;
 * - a followed log ends, complete, when the instance has; the name then stands for the next one as soon as it starts;
 * - the last line of an instance may have no line end.
 */
export class FakePodLog {
  readonly openings: PodLogOpening[] = []
  /** Why logs cannot be opened now. */
  error: ApiError | undefined
  readonly #instances: Instance[] = []
  readonly #streams = new Set<FakeStream>()

  /** What the cluster says of the container. */
  state(name = 'web'): LoggedContainer {
    const newest = this.#instances.at(-1)
    return { name, started: this.#instances.length, isRunning: newest !== undefined && !newest.hasEnded }
  }

  get openStreams(): number {
    return this.#streams.size
  }

  /** A new instance. */
  start(): this {
    this.#instances.push({ lines: [], hasEnded: false })
    return this
  }

  /** The newest instance says something, at once. @param time seconds and their part: `03.000000001` */
  say(time: string, ...texts: readonly string[]): this {
    const lines = texts.map(text => ({ time: timeAt(time), text }))
    const newest = this.#newest()
    newest.lines.push(...lines)
    for (const stream of this.#streams) if (stream.instance === newest) stream.push(lines)
    return this
  }

  /** The newest instance ends. @param rest its last words, without a line end */
  end(rest?: { readonly time: string; readonly text: string }): this {
    const newest = this.#newest()
    newest.hasEnded = true
    if (rest) newest.rest = { ...rest, time: timeAt(rest.time) }
    for (const stream of this.#streams) {
      if (stream.instance === newest)
        stream.finish({ isComplete: true, ...(newest.rest && { rest: newest.rest }) })
    }
    return this
  }

  /** The node has rotated the file: what was said so far is no longer there. */
  rotate(): this {
    this.#newest().lines.length = 0
    return this
  }

  /** Every connection breaks. @param rest half a line that had come by then */
  cut(rest?: PodLogLine): this {
    for (const stream of this.#streams) stream.finish({ isComplete: false, ...(rest && { rest }) })
    return this
  }

  /** Every connection is ended as if all had been said, as when a node's kubelet starts anew behind the server. */
  endStreams(): this {
    for (const stream of this.#streams) stream.finish({ isComplete: true })
    return this
  }

  open(request: PodLogOpening, { signal }: CallOptions = {}): ApiResult<PodLogStream> {
    this.openings.push(request)
    if (this.error) return fail(this.error)
    const instance = this.#instances.at(request.previous ? -2 : -1)
    if (!instance) return fail({ kind: 'invalid', status: 400, message: 'container is waiting to start' })
    const since = request.since?.slice(0, 19) ?? ''
    const lines = instance.lines.filter(({ time }) => time.slice(0, 19) >= since)
    const stream = new FakeStream(
      instance,
      request.tailLines === undefined ? lines : lines.slice(-request.tailLines),
    )
    this.#streams.add(stream)
    void stream.closed.then(() => this.#streams.delete(stream))
    signal?.addEventListener('abort', () => stream.finish({ isComplete: false }), { once: true })
    if (!request.isFollowed || instance.hasEnded) {
      stream.finish({ isComplete: true, ...(instance.rest && { rest: instance.rest }) })
    }
    return ok(stream)
  }

  #newest(): Instance {
    const newest = this.#instances.at(-1)
    if (!newest) throw new Error('the container has not started')
    return newest
  }
}

/** A time in the one minute in which all tests happen. */
export function timeAt(second: string): string {
  const [whole = '', fraction = ''] = second.split('.')
  return `2026-11-21T12:00:${whole.padStart(2, '0')}.${fraction.padEnd(9, '0')}Z`
}

interface Instance {
  readonly lines: PodLogLine[]
  hasEnded: boolean
  rest?: PodLogLine
}

class FakeStream implements PodLogStream {
  readonly instance: Instance
  readonly batches: AsyncIterable<readonly PodLogLine[]>
  readonly closed: Promise<void>
  end: PodLogEnd = { isComplete: false }
  readonly #queue: (readonly PodLogLine[])[]
  #isFinished = false
  #wake = () => {}
  #close = () => {}

  constructor(instance: Instance, lines: readonly PodLogLine[]) {
    this.instance = instance
    this.#queue = lines.length > 0 ? [lines] : []
    this.closed = new Promise(resolve => {
      this.#close = resolve
    })
    this.batches = this.#read()
  }

  push(lines: readonly PodLogLine[]): void {
    if (this.#isFinished) return
    this.#queue.push(lines)
    this.#wake()
  }

  finish(end: PodLogEnd): void {
    if (this.#isFinished) return
    this.#isFinished = true
    this.end = end
    this.#wake()
    this.#close()
  }

  async *#read(): AsyncGenerator<readonly PodLogLine[]> {
    for (;;) {
      const lines = this.#queue.shift()
      if (lines) yield lines
      else if (this.#isFinished) return
      else await new Promise<void>(resolve => (this.#wake = resolve))
    }
  }
}
