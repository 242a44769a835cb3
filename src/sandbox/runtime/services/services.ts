import type { Closable } from '../../../util/scope.ts'
import { Balancer } from './balancer.ts'
import type { EndpointsFacts, ServiceFacts } from './facts.ts'
import { type Frontend, frontendsOf } from './frontends.ts'
import { startTcpProxy } from './tcp-proxy.ts'
import { startUdpProxy } from './udp-proxy.ts'

/** Listens at the addresses of services, and passes what comes to ready pods. */
export interface ServiceProxies extends Closable {
  /** All that there are now; settles when they are listened at. */
  update(services: readonly ServiceFacts[], endpoints: readonly EndpointsFacts[]): Promise<void>
}

export interface ServiceProxiesOptions {
  /** An address and port that cannot be listened at. */
  readonly onRefused: (place: string, error: Error) => void
}

interface Listener {
  readonly balancer: Balancer
  /** Undefined where it was refused. */
  readonly proxy: Promise<Closable | undefined>
}

export function createServiceProxies({ onRefused }: ServiceProxiesOptions): ServiceProxies {
  const listeners = new Map<string, Listener>()
  const stopAt = async (place: string) => {
    const listener = listeners.get(place)
    listeners.delete(place)
    await (await listener?.proxy)?.close()
  }
  return {
    async update(services, endpoints) {
      const wanted = new Map(frontendsOf(services, endpoints).map(one => [placeOf(one), one]))
      const gone = [...listeners.keys()].filter(place => !wanted.has(place))
      await Promise.all(gone.map(stopAt))
      for (const [place, frontend] of wanted) {
        const known = listeners.get(place)
        if (known) known.balancer.update(frontend)
        else
          listeners.set(
            place,
            start(frontend, error => onRefused(place, error)),
          )
      }
      await Promise.all([...listeners.values()].map(({ proxy }) => proxy))
    },
    async close() {
      await Promise.all([...listeners.keys()].map(stopAt))
    },
  }
}

function start(frontend: Frontend, onRefused: (error: Error) => void): Listener {
  const balancer = new Balancer(frontend)
  const starting =
    frontend.protocol === 'TCP' ? startTcpProxy(frontend, balancer) : startUdpProxy(frontend, balancer)
  return {
    balancer,
    proxy: starting.catch((error: Error) => {
      onRefused(error)
      return undefined
    }),
  }
}

function placeOf({ protocol, ip, port }: Frontend): string {
  return `${protocol} ${ip}:${port}`
}
