import type { Pod } from '../kinds/pod.ts'

/**
 * What a pod asks for that the sandbox does not have, by the name of the field; undefined where it has everything. What is not
 * named here is either done, or makes no difference to what runs.
 */
export function whyUnsupported({ spec }: Pod): string | undefined {
  if (spec.hostNetwork) return no('hostNetwork', 'pods have addresses of their own')
  if (spec.hostPID) return no('hostPID', 'a container sees its own processes only')
  if (spec.hostIPC) return no('hostIPC', 'pods have memory of their own')
  if (spec.shareProcessNamespace)
    return no('shareProcessNamespace', 'a container sees its own processes only')
  if (spec.runtimeClassName !== undefined) return no('runtimeClassName', 'there is one runtime')
  for (const [list, containers] of Object.entries({
    containers: spec.containers,
    initContainers: spec.initContainers ?? [],
  }))
    for (const {
      name,
      securityContext,
      volumeDevices,
      ports = [],
      volumeMounts = [],
      ...probes
    } of containers) {
      const field = (path: string) => `${list}[${name}].${path}`
      if (securityContext?.privileged)
        return no(field('securityContext.privileged'), 'it has no rights to give')
      if (volumeDevices?.length) return no(field('volumeDevices'), 'it has no block volumes')
      if (ports.some(({ hostPort }) => hostPort)) return no(field('ports.hostPort'), 'use a port-forward')
      if (volumeMounts.some(({ mountPropagation = 'None' }) => mountPropagation !== 'None'))
        return no(field('volumeMounts.mountPropagation'), 'mounts stay in their container')
      for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe'] as const)
        if (probes[probe]?.grpc) return no(field(`${probe}.grpc`), 'use httpGet, tcpSocket or exec')
    }
  return undefined
}

function no(field: string, why: string): string {
  return `the sandbox does not have spec.${field}: ${why}`
}
