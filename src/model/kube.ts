/** A Kubernetes object, as far as devloop looks into it without knowing its kind. */
export interface KubeObject {
  apiVersion: string
  kind: string
  metadata: KubeMetadata
  [field: string]: unknown
}

export interface KubeMetadata {
  name: string
  namespace?: string
  uid?: string
  resourceVersion?: string
  generation?: number
  creationTimestamp?: string
  deletionTimestamp?: string
  labels?: Record<string, string>
  annotations?: Record<string, string>
  ownerReferences?: { kind: string; name: string; uid: string; controller?: boolean }[]
  [field: string]: unknown
}

/** `Deployment/web`, with the namespace in front where one is given: how messages name an object. */
export function describeObject(object: {
  kind: string
  metadata: { name: string; namespace?: string }
}): string {
  return `${object.kind}/${object.metadata.name}`
}

export const projectLabel = 'devloop.dev/project'
export const serviceLabel = 'devloop.dev/service'
export const managedByLabel = 'app.kubernetes.io/managed-by'
/** On pod templates and so on pods: the digest of the applied template, which tells a new pod from an old one. */
export const templateAnnotation = 'devloop.dev/template'
export const fieldManager = 'devloop'
