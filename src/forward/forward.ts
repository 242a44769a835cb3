import type { Failure } from '../model/failure.ts'
import type { ForwardStatus } from '../model/forward.ts'
import type { ApiResult, CallOptions, PodConnection } from '../model/kube-api.ts'
import type { PortRule } from '../model/project.ts'
import { type Backend, isSameBackend, type Pick } from './backend.ts'
import { failedConnection } from './failures.ts'
import { type Gateway, openGateway } from './gateway.ts'
import type { Trouble } from './pod-search.ts'
import { explainListen } from './probe.ts'

export interface ForwardOptions {
  /** Where new connections of a rule go now (`pickBackend`). It is asked often, and must be quick. */
  pick(service: string, rule: PortRule): Pick
  /** `KubeApi.connectPod` fits. */
  connect(backend: Backend, options: CallOptions): Promise<ApiResult<PodConnection>>
}

type Local =
  | { readonly state: 'closed' }
  | { readonly state: 'open'; readonly gateway: Gateway }
  | { readonly state: 'failed'; readonly failure: Failure }

/** One rule at work: its local port, and what is known of the way behind it. */
export class Forward {
  readonly service: string
  /** May be exchanged for one with the same local address. */
  rule: PortRule
  readonly #options: ForwardOptions
  readonly #onStatus: () => void
  #local: Local = { state: 'closed' }
  #trouble: Trouble | undefined

  /** @param onStatus `status` may have changed by itself. */
  constructor(service: string, rule: PortRule, options: ForwardOptions, onStatus: () => void) {
    this.service = service
    this.rule = rule
    this.#options = options
    this.#onStatus = onStatus
  }

  get isOpen(): boolean {
    return this.#local.state === 'open'
  }

  /** Tries to open the local port. Returns why it is not open. */
  async open(): Promise<NodeJS.ErrnoException | undefined> {
    if (this.isOpen) return undefined
    const opened = await openGateway(this.rule.host, this.rule.localPort, {
      pick: () => {
        const pick = this.#options.pick(this.service, this.rule)
        return pick.state === 'ready' ? pick.backend : undefined
      },
      connect: (backend, options) => this.#options.connect(backend, options),
      onTrouble: trouble => this.#setTrouble(trouble),
      onAnswer: () => this.#setTrouble(undefined),
    })
    if (!opened.ok) return opened.failure
    this.#local = { state: 'open', gateway: opened.value }
    return undefined
  }

  /** Finds out what a user can do about a port that did not open. */
  async explain(error: NodeJS.ErrnoException) {
    const failure = await explainListen(this.service, this.rule, error)
    this.#local = { state: 'failed', failure }
  }

  backendsChanged() {
    if (this.#local.state === 'open') this.#local.gateway.backendsChanged()
  }

  status(): ForwardStatus {
    const base = { service: this.service, rule: this.rule, address: addressOf(this.rule) }
    if (this.#local.state === 'failed') return { ...base, state: 'failed', failure: this.#local.failure }
    const pick = this.#options.pick(this.service, this.rule)
    if (pick.state === 'failed') return { ...base, state: 'failed', failure: pick.failure }
    if (pick.state === 'waiting') return { ...base, state: 'waiting-for-pod' }
    const trouble = this.#trouble
    if (!trouble || !isSameBackend(trouble.backend, pick.backend)) return { ...base, state: 'listening' }
    return { ...base, state: 'listening', failure: failedConnection(this.service, this.rule, trouble) }
  }

  async close() {
    if (this.#local.state === 'open') await this.#local.gateway.close()
    this.#local = { state: 'closed' }
  }

  #setTrouble(trouble: Trouble | undefined) {
    if (trouble === this.#trouble) return
    this.#trouble = trouble
    this.#onStatus()
  }
}

const loopback: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '::1', '0.0.0.0', '::'])

function addressOf({ host, localPort }: PortRule): string {
  if (loopback.has(host)) return `localhost:${localPort}`
  return host.includes(':') ? `[${host}]:${localPort}` : `${host}:${localPort}`
}
