import { containers, type PodTemplate, podTemplate } from '../../deploy/pod-template.ts'
import type { KubeObject } from '../../model/kube.ts'
import { isRecord } from '../../util/is-record.ts'

/* What objects of Kubernetes say of one another, as far as a Devfile follows from it. */

/** A container as far as its ports and its environment go. */
export interface ContainerSpec {
  readonly ports: readonly { readonly name?: string; readonly port: number }[]
  readonly env: readonly { readonly name: string; readonly value: string }[]
}

/** A port of a Kubernetes Service. `target` is a container's port, by number or name. */
export interface ServicePort {
  readonly port: number
  readonly target: number | string
}

/** Runs pods by itself. */
export function isWorkload(object: KubeObject): boolean {
  return object.kind !== 'PodTemplate' && podTemplate(object) !== undefined
}

/** References of the images that an object's pods run, as written. */
export function imagesOf(object: KubeObject): readonly string[] {
  return templateContainers(object).flatMap(({ image }) => (typeof image === 'string' ? [image] : []))
}

export function containerSpecs(object: KubeObject): readonly ContainerSpec[] {
  return templateContainers(object).map(container => ({
    ports: mapsOf(Reflect.get(container, 'ports')).flatMap(({ name, containerPort, protocol = 'TCP' }) =>
      typeof containerPort === 'number' && protocol === 'TCP'
        ? [{ ...(typeof name === 'string' && { name }), port: containerPort }]
        : [],
    ),
    env: mapsOf(Reflect.get(container, 'env')).flatMap(({ name, value }) =>
      typeof name === 'string' && typeof value === 'string' ? [{ name, value }] : [],
    ),
  }))
}

/** The TCP ports of a Kubernetes Service; none of another object. */
export function servicePorts({ kind, spec }: KubeObject): readonly ServicePort[] {
  if (kind !== 'Service' || !isRecord(spec)) return []
  return mapsOf(spec.ports).flatMap(({ port, targetPort, protocol = 'TCP' }) => {
    if (typeof port !== 'number' || protocol !== 'TCP') return []
    const target = typeof targetPort === 'number' || typeof targetPort === 'string' ? targetPort : port
    return [{ port, target }]
  })
}

/** Whether a Kubernetes Service, a PodDisruptionBudget or the like selects the pods of a workload. */
export function selects({ spec }: KubeObject, workload: KubeObject): boolean {
  const { selector } = isRecord(spec) ? spec : {}
  const wanted = isRecord(selector) && isRecord(selector.matchLabels) ? selector.matchLabels : selector
  const labels = podTemplate(workload)?.metadata?.labels
  if (!isRecord(wanted) || !isRecord(labels)) return false
  const pairs = Object.entries(wanted)
  return pairs.length > 0 && pairs.every(([name, value]) => labels[name] === value)
}

/** Whether an object names another one, in one of the places where that kind is named. */
export function mentions(object: KubeObject, { kind, metadata: { name } }: KubeObject): boolean {
  const wanted = places[kind] ?? []
  const visit = (value: unknown, parent: string): boolean => {
    if (Array.isArray(value)) return value.some(item => visit(item, parent))
    if (!isRecord(value)) return false
    return Object.entries(value).some(
      ([key, inner]) => (inner === name && wanted.includes(`${parent}.${key}`)) || visit(inner, key),
    )
  }
  return wanted.length > 0 && visit(object, '')
}

/** Where each kind is named: the key of the name, and the one around it. */
const places: Readonly<Record<string, readonly string[]>> = {
  ConfigMap: ['configMapRef.name', 'configMapKeyRef.name', 'configMap.name'],
  Secret: [
    'secretRef.name',
    'secretKeyRef.name',
    'secret.secretName',
    'imagePullSecrets.name',
    'tls.secretName',
  ],
  PersistentVolumeClaim: ['persistentVolumeClaim.claimName'],
  ServiceAccount: ['spec.serviceAccountName', 'subjects.name'],
  Service: ['service.name', 'backend.serviceName', 'backendRefs.name', 'spec.serviceName'],
  Deployment: ['scaleTargetRef.name'],
  StatefulSet: ['scaleTargetRef.name'],
}

function templateContainers(object: KubeObject) {
  const template: PodTemplate | undefined = podTemplate(object)
  return template ? containers(template) : []
}

function mapsOf(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.filter(isRecord) : []
}
