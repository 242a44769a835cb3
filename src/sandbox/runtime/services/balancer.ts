import type { Endpoint } from './facts.ts'
import type { Frontend } from './frontends.ts'

/** Clients whose endpoint is remembered; the one that was longest away is forgotten. */
const maxClients = 10_000

/** Which endpoint a client's connection goes to: each in turn, or the same again for as long as the service says. */
export class Balancer {
  #frontend: Frontend
  #turn = 0
  readonly #clients = new Map<string, Choice>()
  readonly #now: () => number

  /** @param now milliseconds of a clock that never goes back */
  constructor(frontend: Frontend, now = () => performance.now()) {
    this.#frontend = frontend
    this.#now = now
  }

  update(frontend: Frontend): void {
    this.#frontend = frontend
  }

  choose(client: string): Endpoint {
    const { endpoints, affinityMs } = this.#frontend
    const known = this.#clients.get(client)
    const isThere = (one: Endpoint) => endpoints.some(({ ip, port }) => ip === one.ip && port === one.port)
    const keeps = known !== undefined && known.until > this.#now() && isThere(known.endpoint)
    const endpoint = keeps ? known.endpoint : endpoints[this.#turn++ % endpoints.length]
    if (!endpoint) throw new Error('a frontend has an endpoint')
    if (affinityMs > 0) this.#remember(client, { endpoint, until: this.#now() + affinityMs })
    return endpoint
  }

  #remember(client: string, choice: Choice): void {
    // Put in anew, so that the first one is the one that was longest away.
    this.#clients.delete(client)
    const [first] = this.#clients.keys()
    if (first !== undefined && this.#clients.size >= maxClients) this.#clients.delete(first)
    this.#clients.set(client, choice)
  }
}

interface Choice {
  readonly endpoint: Endpoint
  readonly until: number
}
