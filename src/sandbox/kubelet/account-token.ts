import type { KindStore } from '../kinds/kind-store.ts'
import type { ContainerDefinition, Pod, Volume } from '../kinds/pod.ts'

const mountPath = '/var/run/secrets/kubernetes.io/serviceaccount'
const volumeName = 'kube-api-access'

/**
 * The pod with what programs in it need to speak to the API, unless the pod or its account does without.
 * https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/
 */
export function withAccountToken(store: KindStore, pod: Pod): Pod {
  const { namespace } = pod.metadata
  const account = store.get('serviceaccounts', pod.spec.serviceAccountName ?? 'default', namespace)
  const isWanted = pod.spec.automountServiceAccountToken ?? account?.automountServiceAccountToken ?? true
  if (!isWanted || pod.spec.volumes?.some(({ name }) => name === volumeName)) return pod
  const withMount = (container: ContainerDefinition): ContainerDefinition =>
    container.volumeMounts?.some(mount => mount.mountPath === mountPath)
      ? container
      : {
          ...container,
          volumeMounts: [...(container.volumeMounts ?? []), { name: volumeName, mountPath, readOnly: true }],
        }
  const { initContainers } = pod.spec
  return {
    ...pod,
    spec: {
      ...pod.spec,
      volumes: [...(pod.spec.volumes ?? []), volume],
      containers: pod.spec.containers.map(withMount),
      ...(initContainers && { initContainers: initContainers.map(withMount) }),
    },
  }
}

const volume: Volume = {
  name: volumeName,
  projected: {
    defaultMode: 0o644,
    sources: [
      { serviceAccountToken: { path: 'token', expirationSeconds: 3607 } },
      { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
      { downwardAPI: { items: [{ path: 'namespace', fieldRef: { fieldPath: 'metadata.namespace' } }] } },
    ],
  },
}
