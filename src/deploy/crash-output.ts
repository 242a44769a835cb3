import { maxOutputLines } from '../model/failure.ts'
import type { KubeApi } from '../model/kube-api.ts'
import type { Closable } from '../util/scope.ts'
import type { PodObject } from './pod-object.ts'
import { type Crash, hasStarted } from './trouble/crash.ts'

/** Milliseconds for which a crash waits for its last lines before it is told without them. */
const readTimeoutMs = 2_000

/** Reads the last lines of container instances that crashed, once an instance. */
export class CrashOutput implements Closable {
  readonly #api: Pick<KubeApi, 'podLog'>
  readonly #onRead: (pod: PodObject) => void
  readonly #closed = new AbortController()
  /** By pod and container: only the newest crash of each is asked for. */
  readonly #newest = new Map<string, Output>()
  readonly #reading = new Set<Promise<void>>()

  /** @param onRead there are lines of a pod that were not there when they were asked for */
  constructor(api: Pick<KubeApi, 'podLog'>, onRead: (pod: PodObject) => void) {
    this.#api = api
    this.#onRead = onRead
  }

  /** Oldest first; none where there is no log. `undefined` while they are being read. */
  linesOf(pod: PodObject, crash: Crash): readonly string[] | undefined {
    if (!hasStarted(crash)) return []
    const key = `${pod.metadata.uid}/${crash.container.name}`
    const instance = crash.ended.containerID ?? `${crash.ended.startedAt}`
    let output = this.#newest.get(key)
    if (output?.instance !== instance) {
      output = { instance, isSure: !crash.isNewest, lines: undefined }
      this.#newest.set(key, output)
      this.#read(pod, crash, output)
    } else if (!output.isSure && crash.container.status.state.running) {
      output.isSure = true
      this.#read(pod, crash, output)
    }
    return output.lines
  }

  /** A pod that is gone. */
  forget({ metadata }: PodObject): void {
    for (const key of this.#newest.keys()) if (key.startsWith(`${metadata.uid}/`)) this.#newest.delete(key)
  }

  async close(): Promise<void> {
    this.#closed.abort()
    await Promise.all(this.#reading)
  }

  #read(pod: PodObject, crash: Crash, output: Output): void {
    const request = {
      namespace: pod.metadata.namespace ?? '',
      pod: pod.metadata.name,
      container: crash.container.name,
      tailLines: maxOutputLines,
      previous: !crash.isNewest,
    }
    const signal = AbortSignal.any([this.#closed.signal, AbortSignal.timeout(readTimeoutMs)])
    const reading = this.#api.podLog(request, { signal }).then(read => {
      this.#reading.delete(reading)
      if (this.#closed.signal.aborted) return
      const lines = read.ok ? read.value : []
      if (lines.length > 0 || !output.lines) output.lines = lines
      this.#onRead(pod)
    })
    this.#reading.add(reading)
  }
}

interface Output {
  readonly instance: string
  /**
   * The lines are those of this instance and of no other. The API names instances only as "this one" and "the one
   * before", and a restart is seen later than it happens: what was read as this one's may be its successor's.
   */
  isSure: boolean
  lines: readonly string[] | undefined
}
