import { type Cluster, connectCluster } from '../../src/cluster/connect.ts'
import type { KubeObject } from '../../src/model/kube.ts'
import type { ResourceType } from '../../src/model/kube-api.ts'

const namespaceType: ResourceType = {
  apiVersion: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  namespaced: false,
}
export const configMapType: ResourceType = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  namespaced: true,
}

/** A real cluster with a namespace that only this test file uses, and that goes when the test closes it. */
export interface RealCluster extends AsyncDisposable {
  readonly cluster: Cluster
  readonly namespace: string
}

/** Connects to the cluster of `DEVLOOP_E2E_KUBECONFIG`. */
export async function openRealCluster(purpose: string): Promise<RealCluster> {
  const kubeconfig = process.env.DEVLOOP_E2E_KUBECONFIG
  if (!kubeconfig) throw new Error('DEVLOOP_E2E_KUBECONFIG names no kubeconfig: run `npm run test:e2e`')
  const connected = await connectCluster({
    kubeconfig,
    allowed: [],
    env: process.env,
    signal: new AbortController().signal,
  })
  if (!connected.ok) throw new Error(JSON.stringify(connected.failure))
  const cluster = connected.value
  const namespace = `devloop-e2e-${purpose}-${process.pid}`
  const created = await cluster.api.apply({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: namespace },
  })
  if (!created.ok) throw new Error(created.failure.message)
  return {
    cluster,
    namespace,
    async [Symbol.asyncDispose]() {
      await cluster.api.delete(namespaceType, { name: namespace })
      await cluster.close()
    },
  }
}

export function configMap(namespace: string, name: string, data: Record<string, string> = {}): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace, labels: { purpose: 'e2e' } },
    data,
  }
}
