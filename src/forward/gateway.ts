import type { Server, Socket } from 'node:net'
import { ok, type Result } from '../model/result.ts'
import type { Closable } from '../util/scope.ts'
import { closeServer, listen } from './listen.ts'
import { Relay, type RelayOptions } from './relay.ts'

/** How many clients may wait for a pod at once; who comes later is refused. */
export const maxHeldClients = 1_024

export type GatewayOptions = Omit<RelayOptions, 'onClosed'>

/** Opens a local port, each client of which gets a connection of its own to the pod that `pick` names. */
export async function openGateway(
  host: string,
  port: number,
  options: GatewayOptions,
): Promise<Result<Gateway, NodeJS.ErrnoException>> {
  const relays = new Set<Relay>()
  const opened = await listen(host, port, client => accept(client, relays, options))
  return opened.ok ? ok(new Gateway(opened.value, relays)) : opened
}

/** An open local port. It stays open while the pods behind it come and go. */
export class Gateway implements Closable {
  readonly #servers: readonly Server[]
  readonly #relays: ReadonlySet<Relay>

  constructor(servers: readonly Server[], relays: ReadonlySet<Relay>) {
    this.#servers = servers
    this.#relays = relays
  }

  /** What `pick` says may have changed: clients that wait are served, and idle ones leave the pods that go. */
  backendsChanged() {
    for (const relay of [...this.#relays]) relay.backendsChanged()
  }

  /** Ends all connections at once; resolves when the port is free. */
  async close() {
    const closed = this.#servers.map(closeServer)
    for (const relay of [...this.#relays]) relay.destroy()
    await Promise.all(closed)
  }
}

function accept(client: Socket, relays: Set<Relay>, options: GatewayOptions) {
  const held = [...relays].filter(relay => relay.isHeld).length
  if (held >= maxHeldClients) {
    client.resetAndDestroy()
    return
  }
  const relay = new Relay(client, { ...options, onClosed: () => relays.delete(relay) })
  relays.add(relay)
}
