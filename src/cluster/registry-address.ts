import { parse } from 'yaml'
import { normalizeImageName } from '../model/image.ts'
import type { RegistryAddress } from '../model/project.ts'
import { isRecord } from '../util/is-record.ts'
import { isText } from './kubeconfig-file.ts'

/** A registry that a cluster tells of by itself. */
export interface AdvertisedRegistry extends RegistryAddress {
  /** Where the one who set it up says how it is mended. */
  readonly help?: string
}

/** The ConfigMap in which a cluster tells of its registry (KEP-1755, Communicating a local registry). */
export const advertisement = { namespace: 'kube-public', name: 'local-registry-hosting' } as const

/**
 * The registry that the ConfigMap's data describe. Undefined where they name none that this machine can push to.
 *
 * By KEP-1755 pods name images by `hostFromContainerRuntime`, and where that is not given by `host`;
 * `hostFromClusterNetwork` is for tools that run in pods.
 */
export function advertisedRegistry(data: Readonly<Record<string, string>>): AdvertisedRegistry | undefined {
  const hosting = readYaml(data['localRegistryHosting.v1'] ?? '')
  if (!isRecord(hosting)) return undefined
  const { host, hostFromContainerRuntime, help } = hosting
  if (!isText(host)) return undefined
  return {
    host,
    hostFromNodes: isText(hostFromContainerRuntime) ? hostFromContainerRuntime : host,
    ...(isText(help) && { help }),
  }
}

/** What somebody else wrote wrongly there is no fault of this project's: there is no registry then. */
function readYaml(text: string): unknown {
  try {
    return parse(text)
  } catch {
    return undefined
  }
}

/**
 * The path below a registry's host under which an image is kept there: `shop/web`, `ghcr.io/acme/web`. Two images never
 * share one: a port is written so as neither a host nor a name on Docker Hub can be, since `:` may not stand in a path.
 */
export function repositoryOf(name: string, host: string): string {
  const normalized = normalizeImageName(name)
  const below = `${host}/`
  // Manifests that name the registry themselves mean the same place.
  if (normalized.startsWith(below)) return normalized.slice(below.length)
  const [registry = '', ...path] = normalized.replace(/^docker\.io\/(library\/)?/, '').split('/')
  const isHub = normalized.startsWith('docker.io/')
  return [isHub ? registry : registry.toLowerCase().replace(':', '.port_'), ...path].join('/')
}
