import type { Closable } from '../../util/scope.ts'
import type { KindStore } from '../kinds/kind-store.ts'
import { keyOf, startReconciler } from './reconcile.ts'

const accountName = 'default'
const authorityName = 'kube-root-ca.crt'

/**
 * Puts into each namespace what pods take for granted: the service account that they run as, and the certificate authority by
 * which they know the API.
 *
 * @param certificateAuthority in PEM
 */
export function startNamespaceContent(store: KindStore, certificateAuthority: string): Closable {
  const ofNamespace = (object: {
    readonly metadata: { readonly name: string; readonly namespace?: string }
  }) =>
    object.metadata.name === accountName || object.metadata.name === authorityName
      ? [keyOf({ name: object.metadata.namespace ?? '' })]
      : []
  return startReconciler(store, {
    resource: 'namespaces',
    kind: 'Namespace',
    alsoOn: [
      { resource: 'serviceaccounts', keys: ofNamespace },
      { resource: 'configmaps', keys: ofNamespace },
    ],
    reconcile({ metadata }) {
      if (metadata.deletionTimestamp !== undefined) return undefined
      // What is there already is refused, and so stays as it is.
      store.create('serviceaccounts', {
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: { name: accountName, namespace: metadata.name },
      })
      writeAuthority(store, metadata.name, certificateAuthority)
      return undefined
    },
  })
}

function writeAuthority(store: KindStore, namespace: string, certificateAuthority: string): void {
  const data = { 'ca.crt': certificateAuthority }
  const written = store.update('configmaps', authorityName, namespace, current =>
    current.data?.['ca.crt'] === certificateAuthority ? undefined : { ...current, data },
  )
  if (written.ok) return
  store.create('configmaps', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: authorityName,
      namespace,
      annotations: {
        'kubernetes.io/description':
          'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the ' +
          'internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.',
      },
    },
    data,
  })
}
