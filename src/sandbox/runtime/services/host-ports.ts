import { randomBytes } from 'node:crypto'
import type { InitClient } from '../init-client.ts'
import { killNumber } from '../signals.ts'
import type { ServiceFacts } from './facts.ts'
import { protocolOf } from './frontends.ts'

/** Ports of this machine, on its loopback address, that lead to the services with these as `nodePort`. */
export interface HostPorts {
  /** Those that are wanted now; settles when they are listened at. */
  update(services: readonly ServiceFacts[]): Promise<void>
}

/** @param onRefused told once of a port that somebody else has, and why it cannot be had. */
export function createHostPorts(
  init: Pick<InitClient, 'ask'>,
  onRefused: (port: number, why: string) => void,
): HostPorts {
  /** What init knows each of them by. */
  const opened = new Map<number, string>()
  return {
    async update(services) {
      const wanted = new Set(services.flatMap(nodePorts))
      for (const [port, id] of opened) {
        if (wanted.has(port)) continue
        opened.delete(port)
        await init.ask('kill', id, killNumber)
      }
      for (const port of wanted) {
        if (opened.has(port)) continue
        const id = randomBytes(8).toString('hex')
        opened.set(port, id)
        const listening = await init.ask('publish', id, port)
        if (!listening.ok) onRefused(port, listening.failure)
      }
    },
  }
}

function nodePorts({ spec: { ports = [] } }: ServiceFacts): readonly number[] {
  return ports.flatMap(port => (protocolOf(port) === 'TCP' && port.nodePort) || [])
}
