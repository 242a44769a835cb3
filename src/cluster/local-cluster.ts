import { isRecord } from '../util/is-record.ts'
import { sandboxContext } from '../util/sandbox-place.ts'
import { hostOf, isLoopback, isPrivate } from './address.ts'
import type { KubeContext } from './kubeconfig.ts'
import { type Fields, isText } from './kubeconfig-file.ts'

/** A tool that runs Kubernetes on the user's own machine. */
export interface LocalTool {
  readonly name:
    | 'kind'
    | 'k3d'
    | 'minikube'
    | 'Docker Desktop'
    | 'OrbStack'
    | 'Rancher Desktop'
    | 'colima'
    | 'MicroK8s'
    | 'k3s'
    | 'the test cluster'
    | 'the sandbox'
  /** What the user does to start a cluster that does not answer. */
  readonly start: (context: KubeContext) => string
}

export type Locality =
  | { readonly isLocal: true; readonly tool: LocalTool }
  | { readonly isLocal: false; readonly why: string }

/**
 * Whether a context is a cluster on this machine, told by its name and the address of its server: a name alone proves
 * nothing, as anyone can give a remote cluster the name of a local one.
 */
export function judgeLocality(
  context: KubeContext,
  env: Readonly<Record<string, string | undefined>>,
): Locality {
  const host = hostOf(context.server) ?? ''
  const rule = rules.find(({ claims }) => claims(context))
  if (!rule) return { isLocal: false, why: 'it is none of the local clusters that devloop knows' }
  if (rule.accepts(host) || isEngineHost(host, env)) return { isLocal: true, tool: rule.tool }
  return {
    isLocal: false,
    why: `it looks like ${rule.tool.name}, but its server ${context.server} is not on this machine`,
  }
}

interface LocalRule {
  readonly tool: LocalTool
  /** Whether the kubeconfig's entries say that the tool made them. */
  readonly claims: (context: KubeContext) => boolean
  /** Hosts where the tool puts its API server. */
  readonly accepts: (host: string) => boolean
}

const rules: readonly LocalRule[] = [
  {
    tool: { name: 'kind', start: ({ name }) => `docker start ${afterPrefix(name, 'kind-')}-control-plane` },
    claims: named(/^kind-/),
    accepts: isLoopback,
  },
  {
    tool: { name: 'k3d', start: ({ name }) => `k3d cluster start ${afterPrefix(name, 'k3d-')}` },
    claims: named(/^k3d-/),
    accepts: host => isLoopback(host) || host === 'host.docker.internal',
  },
  {
    tool: {
      name: 'Docker Desktop',
      start: () => 'start Docker Desktop, with Kubernetes switched on in its settings',
    },
    claims: named(/^docker-(for-)?desktop$/),
    accepts: host => isLoopback(host) || host === 'kubernetes.docker.internal',
  },
  {
    tool: { name: 'OrbStack', start: () => 'orb start k8s' },
    claims: named(/^orbstack$/),
    accepts: host => isLoopback(host) || host.endsWith('.orb.local'),
  },
  {
    tool: { name: 'Rancher Desktop', start: () => 'start Rancher Desktop' },
    claims: named(/^rancher-desktop$/),
    accepts: isLoopbackOrPrivate,
  },
  {
    tool: {
      name: 'colima',
      start: ({ name }) => `colima start ${afterPrefix(name, 'colima-')} --kubernetes`,
    },
    claims: named(/^colima(-|$)/),
    accepts: isLoopbackOrPrivate,
  },
  {
    tool: { name: 'MicroK8s', start: () => 'microk8s start' },
    claims: named(/^microk8s$/),
    accepts: isLoopbackOrPrivate,
  },
  {
    tool: { name: 'the test cluster', start: () => 'see test/cluster of the devloop repository' },
    claims: named(/^devloop-testbed$/),
    accepts: isLoopback,
  },
  {
    tool: { name: 'the sandbox', start: () => 'devloop sandbox up' },
    claims: ({ name }) => name === sandboxContext,
    accepts: isLoopback,
  },
  {
    tool: { name: 'minikube', start: ({ clusterName }) => `minikube start --profile ${clusterName}` },
    claims: isOfMinikube,
    accepts: isLoopbackOrPrivate,
  },
  {
    // k3s calls everything `default`, as others do too: only the loopback address tells.
    tool: { name: 'k3s', start: () => 'sudo systemctl start k3s' },
    claims: context => context.name === 'default' && isLoopback(hostOf(context.server) ?? ''),
    accepts: isLoopback,
  },
]

function named(pattern: RegExp): LocalRule['claims'] {
  return ({ name }) => pattern.test(name)
}

function isLoopbackOrPrivate(host: string): boolean {
  return isLoopback(host) || isPrivate(host)
}

/** A profile of minikube has any name: the extension that it writes tells, or its folder of certificates. */
function isOfMinikube({ name, context, cluster }: KubeContext): boolean {
  const certificate = cluster.fields['certificate-authority']
  return (
    name === 'minikube' ||
    hasMinikubeExtension(context.fields) ||
    hasMinikubeExtension(cluster.fields) ||
    (isText(certificate) && /[/\\]\.minikube[/\\]/.test(certificate))
  )
}

function hasMinikubeExtension(fields: Fields): boolean {
  const extensions = fields.extensions
  if (!Array.isArray(extensions)) return false
  return extensions.some(
    entry =>
      isRecord(entry) && isRecord(entry.extension) && entry.extension.provider === 'minikube.sigs.k8s.io',
  )
}

/** kind and its like publish the API server on the host of the engine, wherever `DOCKER_HOST` says that is. */
function isEngineHost(host: string, env: Readonly<Record<string, string | undefined>>): boolean {
  return host !== '' && host === hostOf((env.DOCKER_HOST ?? '').replace(/^(tcp|ssh):/, 'http:'))
}

/** `kind-shop` is the cluster `shop`. */
function afterPrefix(name: string, prefix: string): string {
  return name.startsWith(prefix) ? name.slice(prefix.length) : ''
}
