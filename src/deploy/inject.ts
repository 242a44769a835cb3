import { createHash } from 'node:crypto'
import { normalizeImageName, parseImageReference } from '../model/image.ts'
import {
  type KubeObject,
  managedByLabel,
  projectLabel,
  serviceLabel,
  templateAnnotation,
} from '../model/kube.ts'

export interface Injection {
  readonly project: string
  readonly service: string
  /** Normalized image name to the full reference to run. */
  readonly images: ReadonlyMap<string, string>
  /** The files or reasons that caused this apply, for `kubectl rollout history`. */
  readonly changeCause: string
}

/** A copy of an object as the cluster is to have it: labelled, with the newest images, its pods marked. */
export function inject(object: KubeObject, injection: Injection): KubeObject {
  const { project, service, images, changeCause } = injection
  const copy = structuredClone(object)
  const labels = { [managedByLabel]: 'devloop', [projectLabel]: project, [serviceLabel]: service }
  copy.metadata.labels = { ...copy.metadata.labels, ...labels }
  if (copy.kind === 'Service') nameProtocols(copy)
  const template = podTemplate(copy)
  if (!template) return copy
  for (const container of containers(template)) {
    const reference = images.get(imageName(container))
    if (reference === undefined) continue
    container.image = reference
    // The tag never changes its meaning, and an image of a local engine can be pulled from nowhere.
    if (container.imagePullPolicy === 'Always') container.imagePullPolicy = 'IfNotPresent'
  }
  template.metadata = { ...template.metadata, labels: { ...template.metadata?.labels, ...labels } }
  const digest = createHash('sha256').update(JSON.stringify(template)).digest('hex').slice(0, 16)
  template.metadata.annotations = { ...template.metadata.annotations, [templateAnnotation]: digest }
  if (copy.kind !== 'Pod') {
    copy.metadata.annotations = { ...copy.metadata.annotations, 'kubernetes.io/change-cause': changeCause }
  }
  return copy
}

/** The digest that `inject` gave the object's pods; absent where it has none. */
export function templateDigest(object: KubeObject): string | undefined {
  return podTemplate(object)?.metadata?.annotations?.[templateAnnotation]
}

/** Normalized names of all images that an object's containers name. */
export function namedImages(object: KubeObject): readonly string[] {
  const template = podTemplate(object)
  return template ? containers(template).map(imageName) : []
}

/**
 * The protocol is a part of the key by which server-side apply tells ports apart, and servers up to 1.20 refuse a port
 * that leaves its default out (kubernetes-sigs/structured-merge-diff#183).
 */
function nameProtocols(service: KubeObject) {
  const { ports } = (service.spec ?? {}) as { ports?: unknown }
  if (!Array.isArray(ports)) return
  for (const port of ports) if (typeof port === 'object' && port !== null) port.protocol ??= 'TCP'
}

interface PodTemplate {
  metadata?: { labels?: Record<string, string>; annotations?: Record<string, string> }
  spec?: { containers?: Container[]; initContainers?: Container[] }
}

interface Container {
  image?: string
  imagePullPolicy?: string
}

/** Where each kind keeps its pod template, as keys from the object; a Pod is its own. */
const templatePaths: Readonly<Record<string, readonly string[]>> = {
  Pod: [],
  PodTemplate: ['template'],
  Deployment: ['spec', 'template'],
  ReplicaSet: ['spec', 'template'],
  ReplicationController: ['spec', 'template'],
  StatefulSet: ['spec', 'template'],
  DaemonSet: ['spec', 'template'],
  Job: ['spec', 'template'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
}

function podTemplate(object: KubeObject): PodTemplate | undefined {
  let found: unknown = object
  const path = templatePaths[object.kind]
  if (!path) return undefined
  for (const key of path) found = (found as Record<string, unknown> | undefined | null)?.[key]
  return typeof found === 'object' && found !== null ? (found as PodTemplate) : undefined
}

function containers({ spec }: PodTemplate): Container[] {
  return [spec?.initContainers, spec?.containers].flatMap(list => (Array.isArray(list) ? list : []))
}

function imageName({ image }: Container): string {
  return typeof image === 'string' ? normalizeImageName(parseImageReference(image).name) : ''
}
