import type { ApiError, ApiResult, CallOptions, PodConnection } from '../model/kube-api.ts'
import { type Backend, isSameBackend } from './backend.ts'

/** How long a client is held for a pod that takes its connection, in milliseconds. */
export const holdMs = 60_000
/**
 * The pause between two attempts is a part of the time for which the client has waited already, within bounds: while an
 * application starts it refuses for a moment, and the user should not feel by how much the next attempt comes too late.
 */
const pauseShare = 0.15
const shortestPauseMs = 20
const longestPauseMs = 250
/** How long attempts may fail before the user is told, in milliseconds: starting takes a moment. */
const troubleAfterMs = 3_000

/** Answers that another attempt within the hold will not change. */
const hopeless: ReadonlySet<ApiError['kind']> = new Set(['unauthorized', 'forbidden', 'invalid'])

/** Why pods' connections do not come about. */
export interface Trouble {
  readonly backend: Backend
  /** Nothing listens on the port in the pod. */
  readonly isRefused: boolean
  /** One line. */
  readonly message: string
}

export interface PodSearchOptions {
  /** The pod for a new connection now; `undefined` while none is ready. */
  pick(): Backend | undefined
  connect(backend: Backend, options: CallOptions): Promise<ApiResult<PodConnection>>
  onFound(backend: Backend, connection: PodConnection): void
  onTrouble(trouble: Trouble): void
  onGivenUp(): void
}

type State =
  | { readonly name: 'stopped' }
  | { readonly name: 'waiting' }
  | { readonly name: 'connecting'; readonly backend: Backend; readonly abort: AbortController }
  | { readonly name: 'pausing'; readonly backend: Backend; readonly timer: NodeJS.Timeout }

/**
 * Finds a pod that takes one client's connection:
 *
 *     stopped ──start──> waiting ──a pod is ready──> connecting ──> stopped (found)
 *        ^                  ^                          │    ^
 *        │                  └──none is ready──┐      failed │
 *     60 s (given up)                         └───── pausing ┘
 *
 * Failed attempts count together until `settle` says that a connection holds.
 */
export class PodSearch {
  readonly #options: PodSearchOptions
  #state: State = { name: 'stopped' }
  #since: number | undefined
  #deadline: NodeJS.Timeout | undefined

  constructor(options: PodSearchOptions) {
    this.#options = options
  }

  get isSearching(): boolean {
    return this.#state.name !== 'stopped'
  }

  start() {
    this.#holdUntilDeadline()
    void this.#attempt()
  }

  /** The connection that was found has failed before it was of use. */
  retry(trouble: Trouble) {
    this.#holdUntilDeadline()
    this.#pause(trouble)
  }

  /** The connection that was found is a good one: what failed before is forgotten. */
  settle() {
    this.#since = undefined
  }

  /** What `pick` says may have changed. */
  backendsChanged() {
    const state = this.#state
    if (state.name === 'stopped') return
    const offered = this.#options.pick()
    if (!offered) return
    if (state.name !== 'waiting' && isSameBackend(offered, state.backend)) return
    this.#leaveState()
    void this.#attempt()
  }

  stop() {
    this.#leaveState()
    clearTimeout(this.#deadline)
  }

  async #attempt() {
    const backend = this.#options.pick()
    if (!backend) {
      this.#state = { name: 'waiting' }
      return
    }
    const state: State = { name: 'connecting', backend, abort: new AbortController() }
    this.#state = state
    const result = await this.#options.connect(backend, { signal: state.abort.signal })
    if (this.#state !== state) {
      if (result.ok) result.value.on('error', () => {}).destroy()
    } else if (result.ok) {
      this.stop()
      this.#options.onFound(backend, result.value)
    } else if (hopeless.has(result.failure.kind)) {
      this.#options.onTrouble({ backend, isRefused: false, message: result.failure.message })
      this.#giveUp()
    } else {
      this.#pause({ backend, isRefused: false, message: result.failure.message })
    }
  }

  #pause(trouble: Trouble) {
    const share = this.#heldMs() * pauseShare
    const pauseMs = Math.max(shortestPauseMs, Math.min(share, longestPauseMs))
    const timer = setTimeout(() => void this.#attempt(), pauseMs)
    this.#state = { name: 'pausing', backend: trouble.backend, timer }
    if (this.#heldMs() >= troubleAfterMs) this.#options.onTrouble(trouble)
  }

  #giveUp() {
    this.stop()
    this.#options.onGivenUp()
  }

  #holdUntilDeadline() {
    this.#since ??= Date.now()
    this.#deadline = setTimeout(() => this.#giveUp(), holdMs - this.#heldMs())
  }

  #heldMs(): number {
    return this.#since === undefined ? 0 : Date.now() - this.#since
  }

  #leaveState() {
    if (this.#state.name === 'connecting') this.#state.abort.abort()
    if (this.#state.name === 'pausing') clearTimeout(this.#state.timer)
    this.#state = { name: 'stopped' }
  }
}
