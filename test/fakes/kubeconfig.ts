import { type Credentials, readCredentials } from '../../src/cluster/credentials.ts'
import type { KubeContext } from '../../src/cluster/kubeconfig.ts'

/** A context as a kubeconfig would resolve to it. */
export function kubeContext({
  server = 'https://127.0.0.1:6443',
  name = 'kind-test',
  clusterName = name,
  context = {},
  cluster = {},
  user = {},
}: {
  server?: string
  name?: string
  clusterName?: string
  context?: Record<string, unknown>
  cluster?: Record<string, unknown>
  user?: Record<string, unknown>
} = {}): KubeContext {
  const file = '/home/me/.kube/config'
  return {
    name,
    clusterName,
    server,
    context: { name, file, fields: context },
    cluster: { name: clusterName, file, fields: cluster },
    user: { name: 'me', file, fields: user },
  }
}

/** Those of a context that needs none. */
export function fakeCredentials(): Credentials {
  const credentials = readCredentials(kubeContext())
  if (!credentials.ok) throw new Error(credentials.failure.message)
  return credentials.value
}
