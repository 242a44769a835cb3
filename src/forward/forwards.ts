import { isDeepStrictEqual } from 'node:util'
import type { ForwardStatus } from '../model/forward.ts'
import type { PortRule } from '../model/project.ts'
import type { Closable } from '../util/scope.ts'
import { Forward, type ForwardOptions } from './forward.ts'

export interface ForwardsOptions extends ForwardOptions {
  /** What the rules of a service do now, in their order; called when that has changed. */
  onStatus(service: string, statuses: readonly ForwardStatus[]): void
}

export interface ServiceRule {
  readonly service: string
  readonly rule: PortRule
}

/** Nothing tells when a taken port has become free, so it is tried once in so many milliseconds. */
const retryMs = 1_000

/** The local ports of all services. */
export interface Forwards extends Closable {
  /**
   * From now on these rules, and no others. A port whose service, address and number stay is not touched, even when
   * it leads elsewhere now. Resolves when every port is open or has failed. No two rules may have the same local
   * address: whoever resolves the Devfile sees to that.
   */
  set(rules: readonly ServiceRule[]): Promise<void>
  /**
   * What `pick` says may have changed: clients that wait are served, and idle ones leave the pods that go.
   */
  backendsChanged(): void
  /** Ends all connections at once; resolves when every port is free. */
  close(): Promise<void>
}

export function createForwards(options: ForwardsOptions): Forwards {
  return new RuleForwards(options)
}

class RuleForwards implements Forwards {
  readonly #options: ForwardsOptions
  readonly #told = new Map<string, readonly ForwardStatus[]>()
  #forwards: readonly Forward[] = []
  /** Ports are opened and closed one set after the other: the next may want what the one before frees. */
  #work: Promise<void> = Promise.resolve()
  #retry: NodeJS.Timeout | undefined

  constructor(options: ForwardsOptions) {
    this.#options = options
  }

  set(rules: readonly ServiceRule[]): Promise<void> {
    return this.#enqueue(async () => {
      const before = this.#forwards
      const next = rules.map(one => this.#keptOrNew(one))
      this.#forwards = before.filter(one => next.includes(one))
      await Promise.all(before.filter(one => !next.includes(one)).map(gone => gone.close()))
      const errors = await Promise.all(next.map(forward => forward.open()))
      // Only now: what is free is known when all are open.
      for (const [index, error] of errors.entries()) if (error) await next[index]?.explain(error)
      this.#forwards = next
      for (const forward of next) forward.backendsChanged()
      this.#tell()
      this.#retryLater()
    })
  }

  backendsChanged() {
    for (const forward of this.#forwards) forward.backendsChanged()
    this.#tell()
  }

  close(): Promise<void> {
    return this.set([])
  }

  #retryLater() {
    clearTimeout(this.#retry)
    if (this.#forwards.every(forward => forward.isOpen)) return
    const retry = async () => {
      await Promise.all(this.#forwards.map(forward => forward.open()))
      this.#tell()
      this.#retryLater()
    }
    this.#retry = setTimeout(() => void this.#enqueue(retry), retryMs)
  }

  #keptOrNew({ service, rule }: ServiceRule): Forward {
    const kept = this.#forwards.find(
      one => one.service === service && one.rule.host === rule.host && one.rule.localPort === rule.localPort,
    )
    if (!kept) return new Forward(service, rule, this.#options, () => this.#tell())
    kept.rule = rule
    return kept
  }

  #tell() {
    const statuses = Map.groupBy(
      this.#forwards.map(forward => forward.status()),
      status => status.service,
    )
    for (const service of new Set([...this.#told.keys(), ...statuses.keys()])) {
      const now = statuses.get(service) ?? []
      if (isDeepStrictEqual(now, this.#told.get(service))) continue
      if (now.length > 0) this.#told.set(service, now)
      else this.#told.delete(service)
      this.#options.onStatus(service, now)
    }
  }

  #enqueue(work: () => Promise<void>): Promise<void> {
    this.#work = this.#work.then(work)
    return this.#work
  }
}
