import type { ResourceType } from '../model/kube-api.ts'

/**
 * The path of a resource on the server.
 *
 * @param namespace absent: the path of all namespaces, or that of a type without namespaces
 * @param name absent: the path of the collection
 */
export function resourcePath(type: ResourceType, namespace?: string, name?: string): string {
  const root = type.apiVersion.includes('/') ? `/apis/${type.apiVersion}` : `/api/${type.apiVersion}`
  const scope =
    type.namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : ''
  return `${root}${scope}/${type.plural}${name === undefined ? '' : `/${encodeURIComponent(name)}`}`
}

/** The path of a part of a pod that is more than data: `log`, `portforward`, `exec`. */
export function podPath(namespace: string, pod: string, part: 'log' | 'portforward' | 'exec'): string {
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/${part}`
}

/** The path of one object. Naming no namespace for a namespaced type is a bug of the caller. */
export function objectPath(
  type: ResourceType,
  { name, namespace }: { name: string; namespace?: string },
): string {
  if (type.namespaced && namespace === undefined) throw new Error(`${type.kind}/${name} needs a namespace`)
  return resourcePath(type, namespace, name)
}
