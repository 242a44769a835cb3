import type { Kind } from '../schema/kind.ts'
import type { ObjectMetadata, ObjectStore, StatusError, StoredObject } from './object-store.ts'
import { forbidden, notFound } from './status-errors.ts'

const firstNamespaces = ['default', 'kube-node-lease', 'kube-public', 'kube-system']

export function addFirstNamespaces(store: ObjectStore): void {
  for (const name of firstNamespaces) {
    store.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
  }
}

/** What the cluster lives in. */
const lasting = ['default', 'kube-public', 'kube-system']

/** Why a namespace cannot be deleted, if so. */
export function refuseDeletion(kind: Kind, { metadata }: StoredObject): StatusError | undefined {
  if (kind.resource !== 'namespaces' || !lasting.includes(metadata.name)) return undefined
  return forbidden(kind, metadata.name, 'this namespace may not be deleted')
}

/** Why nothing can be created in a namespace, if so. */
export function refuseInNamespace(
  store: ObjectStore,
  kind: Kind,
  { name, namespace }: ObjectMetadata,
): StatusError | undefined {
  if (!kind.isNamespaced) return undefined
  const found = store.get('namespaces', namespace ?? '')
  const namespaces = store.kinds.get('namespaces')
  if (!found) return namespaces && notFound(namespaces, namespace ?? '')
  if (found.metadata.deletionTimestamp === undefined) return undefined
  const error = forbidden(
    kind,
    name,
    `unable to create new content in namespace ${namespace} because it is being terminated`,
  )
  const cause = {
    reason: 'NamespaceTerminating',
    message: `namespace ${namespace} is being terminated`,
    field: 'metadata.namespace',
  }
  return { ...error, details: { ...error.details, causes: [cause] } }
}
