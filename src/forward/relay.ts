import type { Socket } from 'node:net'
import { type PodConnection, PodConnectionError } from '../model/kube-api.ts'
import { type Backend, type Standing, standingOf } from './backend.ts'
import { Exchange } from './exchange.ts'
import { PodSearch, type PodSearchOptions } from './pod-search.ts'
import { Replay } from './replay.ts'

/** How much of a client's bytes is kept for another attempt. */
const maxReplayBytes = 64 * 1024
/** After this time, in milliseconds, a connection that was not refused is known to be taken. */
export const settleMs = 100
/** A connection of an unknown protocol is idle when the pod spoke last and this many milliseconds have passed. */
const quietMs = 1_000
/** How long a client may take to close after the end was sent to it, in milliseconds. */
const lingerMs = 1_000

export interface RelayOptions extends Pick<PodSearchOptions, 'pick' | 'connect' | 'onTrouble'> {
  /** A pod answers. */
  onAnswer(): void
  /** The client is gone. */
  onClosed(): void
}

type State =
  /** Between two exchanges, without a pod: the client's next byte starts the search for one. */
  | { readonly name: 'idle' }
  | { readonly name: 'searching' }
  | Open
  /** The end was sent to the client. */
  | { readonly name: 'closing' }

interface Open {
  readonly name: 'open'
  readonly backend: Backend
  readonly pod: PodConnection
  standing: Standing
  isSettled: boolean
  hasAnswered: boolean
}

/**
 * One client and the pods that serve it, one after the other:
 *
 *     searching ──found──> open ──pod going or gone, nothing under way──> idle
 *         ^                │  │                                            │
 *         ├─app saw nothing┘  └──pod ended, or quiet and replaced──> closing
 *         └───────────────────────────client's next byte───────────────────┘
 *
 * Where a pod is lost in the middle of an answer the client's connection is reset, so that half an answer never
 * passes for a whole one.
 */
export class Relay {
  readonly #client: Socket
  readonly #options: RelayOptions
  readonly #search: PodSearch
  readonly #exchange = new Exchange()
  readonly #replay = new Replay(maxReplayBytes)
  #state: State = { name: 'searching' }
  #hasClientEnded = false
  /** The client has sent more than the request under way; the rest waits in the client's socket. */
  #isClientAhead = false
  #spokeLast: 'client' | 'pod' = 'client'
  #timer: NodeJS.Timeout | undefined

  constructor(client: Socket, options: RelayOptions) {
    this.#client = client
    this.#options = options
    this.#search = new PodSearch({
      pick: options.pick,
      connect: options.connect,
      onTrouble: options.onTrouble,
      onFound: (backend, pod) => this.#open(backend, pod),
      onGivenUp: () => this.#reset(),
    })
    client.on('data', chunk => this.#fromClient(chunk))
    client.on('end', () => this.#onClientEnd())
    client.on('drain', () => this.#state.name === 'open' && this.#state.pod.resume())
    // 'close' follows, and says all that matters.
    client.on('error', () => {})
    client.on('close', () => this.#dispose())
    this.#search.start()
  }

  /** The client waits for a pod. */
  get isHeld(): boolean {
    return this.#search.isSearching
  }

  /** What `pick` says may have changed. */
  backendsChanged() {
    this.#search.backendsChanged()
    const state = this.#state
    if (state.name !== 'open') return
    state.standing = standingOf(state.backend, this.#options.pick())
    if (state.standing === 'ended') this.#leaveEnded(state)
    else this.#leaveUnlessOffered(state)
  }

  destroy() {
    this.#client.destroy()
  }

  #fromClient(chunk: Buffer) {
    if (this.#state.name === 'closing') return
    const next = this.#exchange.fromClient(chunk)
    this.#isClientAhead = next.length > 0 && this.#exchange.phase === 'during'
    if (next.length > 0) {
      // A flowing socket would hand it over again at once, ahead of its turn.
      this.#client.pause()
      this.#client.unshift(next)
    }
    if (next.length < chunk.length) this.#toPod(chunk.subarray(0, chunk.length - next.length))
    this.#regulate()
  }

  #toPod(bytes: Buffer) {
    this.#spokeLast = 'client'
    this.#replay.add(bytes)
    const state = this.#state
    if (state.name === 'idle') this.#searchAgain()
    if (state.name !== 'open') return
    state.pod.write(bytes)
    if (state.isSettled && this.#replay.isFull) this.#replay.forget()
    this.#follow(state)
  }

  #onClientEnd() {
    this.#hasClientEnded = true
    const isWaiting = this.#state.name === 'searching' && !this.#replay.isEmpty
    if (this.#state.name === 'open' && !this.#isBetweenExchanges()) this.#state.pod.end()
    else if (!isWaiting) this.#close()
  }

  #open(backend: Backend, pod: PodConnection) {
    const standing = standingOf(backend, this.#options.pick())
    const state: Open = { name: 'open', backend, pod, standing, isSettled: false, hasAnswered: false }
    this.#enter(state)
    const onFailure = (error: Error) => this.#state === state && this.#onPodFailure(state, error)
    pod.on('data', chunk => this.#state === state && this.#fromPod(state, chunk))
    pod.on('drain', () => this.#state === state && this.#regulate())
    pod.on('end', () => this.#state === state && this.#onPodEnd(state))
    pod.on('error', onFailure)
    pod.on('close', () => onFailure(new Error('the connection closed without an end')))
    this.#after(settleMs, () => this.#settle(state))
    for (const chunk of this.#replay.chunks) pod.write(chunk)
    if (this.#hasClientEnded) pod.end()
    this.#regulate()
  }

  #fromPod(state: Open, chunk: Buffer) {
    if (!state.isSettled) this.#settle(state)
    state.hasAnswered = true
    this.#options.onAnswer()
    this.#spokeLast = 'pod'
    this.#exchange.fromPod(chunk)
    this.#replay.forget()
    if (!this.#client.write(chunk)) state.pod.pause()
    this.#follow(state)
  }

  /** Bytes have gone either way: what is under way may have ended. */
  #follow(state: Open) {
    const { phase } = this.#exchange
    if (phase === 'during') return
    this.#isClientAhead = false
    if (phase === 'between') this.#replay.restart()
    if (phase === 'between' && this.#hasClientEnded) this.#close()
    else this.#leaveUnlessOffered(state)
    this.#regulate()
  }

  /** Whatever was refused would be known by now; what is more than the replay can keep may go on. */
  #settle(state: Open) {
    state.isSettled = true
    clearTimeout(this.#timer)
    this.#search.settle()
    if (this.#replay.isFull) this.#replay.forget()
    this.#regulate()
  }

  #onPodEnd(state: Open) {
    if (this.#isBetweenExchanges()) this.#enter({ name: 'idle' })
    else if (this.#mayRepeat(state)) this.#searchAgain()
    else if (this.#exchange.mayEnd) this.#close()
    else this.#reset()
  }

  #onPodFailure(state: Open, error: Error) {
    const isRefused = error instanceof PodConnectionError && error.refused
    if (this.#isBetweenExchanges()) this.#enter({ name: 'idle' })
    else if (this.#replay.isEmpty || (isRefused && this.#replay.isWhole)) {
      this.#enter({ name: 'searching' })
      this.#search.retry({ backend: state.backend, isRefused, message: error.message })
    } else if (this.#mayRepeat(state)) this.#searchAgain()
    else this.#reset()
  }

  /**
   * The pod is gone without a byte of an answer. Once more is right where it has seen nothing of a request, or where
   * HTTP lets a proxy repeat it and the pod's end has a reason that does not lie in the request: it was being
   * replaced, or it closed a kept-alive connection just when the request came.
   */
  #mayRepeat(state: Open): boolean {
    if (!this.#replay.isWhole) return false
    const standing = standingOf(state.backend, this.#options.pick())
    return this.#replay.isEmpty
      ? standing === 'replaced' || standing === 'ended'
      : this.#exchange.isRepeatable && (standing !== 'offered' || state.hasAnswered)
  }

  #leaveUnlessOffered(state: Open) {
    if (state.standing === 'offered') return
    if (this.#isBetweenExchanges()) this.#enter({ name: 'idle' })
    // What is not known to be idle stays with its pod as long as there is no better one.
    else if (state.standing === 'withdrawn') return
    else if (this.#exchange.phase === 'between') this.#searchAgain()
    else if (this.#exchange.phase === 'stream' && this.#spokeLast === 'pod') {
      this.#after(quietMs, () => {
        if (state.standing === 'replaced' && this.#spokeLast === 'pod') this.#close()
      })
    }
  }

  /**
   * That its process has ended is known before the connection says so: a tunnel may take half a second for that. What
   * cannot be repeated waits for the tunnel, since last bytes may still be on their way.
   */
  #leaveEnded(state: Open) {
    if (this.#isBetweenExchanges() || this.#mayRepeat(state)) this.#onPodEnd(state)
  }

  #isBetweenExchanges(): boolean {
    return this.#exchange.phase === 'between' && this.#exchange.wasCompleted
  }

  #searchAgain() {
    this.#enter({ name: 'searching' })
    this.#search.start()
  }

  #close() {
    this.#enter({ name: 'closing' })
    this.#client.end(() => {
      if (!this.#client.destroyed) this.#after(lingerMs, () => this.#client.destroy())
    })
  }

  #reset() {
    this.#enter({ name: 'closing' })
    this.#client.resetAndDestroy()
  }

  #enter(next: State) {
    const before = this.#state
    this.#state = next
    clearTimeout(this.#timer)
    if (next.name !== 'searching') this.#search.stop()
    if (before.name === 'open') before.pod.destroy()
    this.#regulate()
  }

  /** Reads from the client only as fast as the pod takes it, or as the replay has room. */
  #regulate() {
    const isReading = this.#state.name === 'closing' || !(this.#isClientAhead || this.#isFull())
    if (isReading) this.#client.resume()
    else this.#client.pause()
  }

  #isFull(): boolean {
    const state = this.#state
    if (state.name !== 'open') return this.#replay.isFull
    return state.pod.writableNeedDrain || (this.#replay.isFull && !state.isSettled)
  }

  #after(milliseconds: number, act: () => void) {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(act, milliseconds)
  }

  #dispose() {
    this.#enter({ name: 'closing' })
    this.#options.onClosed()
  }
}
