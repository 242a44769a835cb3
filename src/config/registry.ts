import type { RegistryAddress } from '../model/project.ts'
import type { Fault } from './fault.ts'
import type { RegistryInput } from './input.ts'
import { isRegistryHost } from './names.ts'

/** What a Devfile's `registry` means. */
export function registryOf(input: RegistryInput): RegistryAddress | false {
  if (input === false) return false
  if (typeof input === 'string') return { host: input, hostFromNodes: input }
  return { host: input.host, hostFromNodes: input.fromCluster }
}

/** What is wrong with the hosts in it, with paths from `registry` on. */
export function registryFaults(input: RegistryInput): readonly Fault[] {
  if (input === false) return []
  const hosts = typeof input === 'string' ? { '': input } : input
  return Object.entries(hosts).flatMap(([key, host]) =>
    isRegistryHost(host) ? [] : [faultOf(key === '' ? ['registry'] : ['registry', key], host)],
  )
}

function faultOf(path: Fault['path'], host: string): Fault {
  const plain = host.replace(/^\w+:\/\//, '').replace(/\/+$/, '')
  return {
    path,
    message: `'${host}' is not the host of a registry.`,
    cure: isRegistryHost(plain)
      ? `Write '${plain}'.`
      : "Write a host and its port, and maybe a path behind them, as in 'localhost:5000'.",
  }
}
