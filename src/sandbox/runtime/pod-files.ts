import type { PodSpec } from './container-runtime.ts'

/** What each container of a pod sees in `/etc`. */
export const podFileNames = ['hosts', 'hostname', 'resolv.conf'] as const

export interface PodFile {
  readonly name: (typeof podFileNames)[number]
  readonly text: string
}

/** As a node's kubelet writes them. @param ip the pod's address */
export function podFiles({ hostname, hostAliases, dns }: PodSpec, ip: string): readonly PodFile[] {
  const hosts = [
    '# Kubernetes-managed hosts file.',
    '127.0.0.1\tlocalhost',
    '::1\tlocalhost ip6-localhost ip6-loopback',
    'fe00::0\tip6-localnet',
    'fe00::0\tip6-mcastprefix',
    'fe00::1\tip6-allnodes',
    'fe00::2\tip6-allrouters',
    `${ip}\t${hostname}`,
    ...(hostAliases.length > 0 ? ['', '# Entries added by HostAliases.'] : []),
    ...hostAliases.map(({ ip, names }) => [ip, ...names].join('\t')),
  ]
  const resolver = [
    ...dns.servers.map(server => `nameserver ${server}`),
    ...(dns.searches.length > 0 ? [`search ${dns.searches.join(' ')}`] : []),
    ...(dns.options.length > 0 ? [`options ${dns.options.join(' ')}`] : []),
  ]
  return [
    { name: 'hosts', text: lines(hosts) },
    { name: 'hostname', text: lines([hostname]) },
    { name: 'resolv.conf', text: lines(resolver) },
  ]
}

function lines(all: readonly string[]): string {
  return `${all.join('\n')}\n`
}
