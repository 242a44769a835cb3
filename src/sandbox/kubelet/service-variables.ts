import type { Service } from '../kinds/cluster.ts'
import type { KindStore } from '../kinds/kind-store.ts'
import type { Pod } from '../kinds/pod.ts'

/**
 * Where the services are that were there before the pod: those of its namespace, and always the API itself.
 * https://kubernetes.io/docs/tutorials/services/connect-applications-service/#environment-variables
 */
export function serviceVariables(store: KindStore, { metadata, spec }: Pod): readonly [string, string][] {
  const api = store.get('services', 'kubernetes', 'default')
  const own = spec.enableServiceLinks === false ? [] : store.list('services', metadata.namespace)
  const services = [...(api ? [api] : []), ...own.filter(service => service !== api)]
  return services.flatMap(variablesOf)
}

function variablesOf({ metadata, spec }: Service): readonly [string, string][] {
  const { clusterIP: host, ports = [] } = spec
  const [first] = ports
  if (!host || host === 'None' || !first) return []
  const prefix = metadata.name.toUpperCase().replaceAll('-', '_')
  return [
    [`${prefix}_SERVICE_HOST`, host],
    [`${prefix}_SERVICE_PORT`, String(first.port)],
    ...ports
      .filter(({ name }) => name)
      .map(({ name = '', port }): [string, string] => [
        `${prefix}_SERVICE_PORT_${name.toUpperCase().replaceAll('-', '_')}`,
        String(port),
      ]),
    [`${prefix}_PORT`, urlOf(host, first)],
    ...ports.flatMap((port): [string, string][] => {
      const protocol = port.protocol ?? 'TCP'
      const one = `${prefix}_PORT_${port.port}_${protocol}`
      return [
        [one, urlOf(host, port)],
        [`${one}_PROTO`, protocol.toLowerCase()],
        [`${one}_PORT`, String(port.port)],
        [`${one}_ADDR`, host],
      ]
    }),
  ]
}

function urlOf(host: string, { port, protocol = 'TCP' }: { port: number; protocol?: string }): string {
  return `${protocol.toLowerCase()}://${host}:${port}`
}
