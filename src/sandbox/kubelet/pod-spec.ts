import type { Pod } from '../kinds/pod.ts'
import type { PodSpec } from '../runtime/container-runtime.ts'
import type { KubeletOptions } from './pod-context.ts'

const clusterDomain = 'cluster.local'
/** Longer ones are cut: the kernel's limit. */
const maxHostnameLength = 63

/** What the runtime is to make for a pod. https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/ */
export function podSpecOf({ metadata, spec }: Pod, { dnsServer }: KubeletOptions): PodSpec {
  const { dnsConfig = {}, hostAliases = [] } = spec
  const isOwn = spec.dnsPolicy === 'None'
  const searches = ['svc', ''].map(prefix => (prefix ? `${prefix}.${clusterDomain}` : clusterDomain))
  return {
    uid: metadata.uid,
    hostname: (spec.hostname ?? metadata.name).slice(0, maxHostnameLength).replace(/[-.]+$/, ''),
    hostAliases: hostAliases.map(({ ip, hostnames = [] }) => ({ ip, names: hostnames })),
    dns: {
      servers: [...(isOwn ? [] : [dnsServer]), ...(dnsConfig.nameservers ?? [])],
      searches: [
        ...(isOwn ? [] : [`${metadata.namespace}.svc.${clusterDomain}`, ...searches]),
        ...(dnsConfig.searches ?? []),
      ],
      options: [
        ...(isOwn ? [] : ['ndots:5']),
        ...(dnsConfig.options ?? []).map(({ name, value }) =>
          value === undefined ? name : `${name}:${value}`,
        ),
      ],
    },
  }
}
