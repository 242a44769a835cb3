import { createHash } from 'node:crypto'
import {
  type KubeObject,
  managedByLabel,
  projectLabel,
  serviceLabel,
  templateAnnotation,
} from '../model/kube.ts'
import type { ImageStart } from '../model/sync.ts'
import {
  containers,
  endingKinds,
  imageName,
  isEndingInit,
  type PodTemplate,
  podTemplate,
  type TemplateContainer,
} from './pod-template.ts'

export interface Injection {
  readonly project: string
  readonly service: string
  /** Normalized image name to the full reference to run. */
  readonly images: ReadonlyMap<string, string>
  /** For images whose process is to be started anew while its container runs, how they start it. By normalized name. */
  readonly restartable: ReadonlyMap<string, ImageStart>
  /** What is put in front of a command line, so that its process can be started anew. */
  readonly supervisor: (graceSeconds: number) => readonly string[]
  /** The files or reasons that caused this apply, for `kubectl rollout history`. */
  readonly changeCause: string
}

/** A copy of an object as the cluster is to have it: labelled, with the newest images, its pods marked. */
export function inject(object: KubeObject, injection: Injection): KubeObject {
  const { project, service, images, restartable, supervisor, changeCause } = injection
  const copy = structuredClone(object)
  const labels = { [managedByLabel]: 'devloop', [projectLabel]: project, [serviceLabel]: service }
  copy.metadata.labels = { ...copy.metadata.labels, ...labels }
  if (copy.kind === 'Service') nameProtocols(copy)
  const template = podTemplate(copy)
  if (!template) return copy
  const graceSeconds = graceSecondsOf(template)
  for (const container of containers(template)) {
    const name = imageName(container)
    const start = restartable.get(name)
    const isEnding = endingKinds.has(copy.kind) || isEndingInit(template, container)
    if (start && !isEnding) supervise(container, start, graceSeconds, supervisor)
    const reference = images.get(name)
    if (reference === undefined) continue
    container.image = reference
    // The tag never changes its meaning; an image of a local engine can be pulled from nowhere, and one that a registry
    // has is to be pulled.
    if (['Always', 'Never'].includes(container.imagePullPolicy ?? '')) {
      container.imagePullPolicy = 'IfNotPresent'
    }
  }
  template.metadata = { ...template.metadata, labels: { ...template.metadata?.labels, ...labels } }
  const digest = createHash('sha256').update(JSON.stringify(template)).digest('hex').slice(0, 16)
  template.metadata.annotations = { ...template.metadata.annotations, [templateAnnotation]: digest }
  if (copy.kind !== 'Pod') {
    copy.metadata.annotations = { ...copy.metadata.annotations, 'kubernetes.io/change-cause': changeCause }
  }
  return copy
}

function supervise(
  container: TemplateContainer,
  start: ImageStart,
  graceSeconds: number,
  supervisor: Injection['supervisor'],
): void {
  const words = commandLine(container, start)
  // Nothing to start: the cluster says so better than a shell would.
  if (words.length === 0) return
  container.command = [...protectedWords(supervisor(graceSeconds)), ...words]
  delete container.args
}

/** What Kubernetes would run. */
function commandLine({ command, args }: TemplateContainer, start: ImageStart): readonly string[] {
  if (command) return [...command, ...(args ?? [])]
  return [...protectedWords(start.entrypoint), ...(args ?? protectedWords(start.command))]
}

/** Kubernetes expands `$(VARIABLE)` in what manifests say, and nothing in what images say. */
function protectedWords(words: readonly string[]): readonly string[] {
  return words.map(word => word.replaceAll('$', '$$$$'))
}

/** What is no number of seconds is refused by the cluster. */
function graceSecondsOf({ spec }: PodTemplate): number {
  const given: unknown = spec?.terminationGracePeriodSeconds
  return typeof given === 'number' ? given : defaultGraceSeconds
}

/** Kubernetes' own default of `terminationGracePeriodSeconds`. */
const defaultGraceSeconds = 30

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
