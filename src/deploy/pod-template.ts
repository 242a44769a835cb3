import { repositoryOf } from '../model/image.ts'
import type { KubeObject } from '../model/kube.ts'

/** The part of a manifest that pods are made from, as far as devloop looks into it. */
export interface PodTemplate {
  metadata?: { labels?: Record<string, string>; annotations?: Record<string, string> }
  spec?: {
    containers?: TemplateContainer[]
    initContainers?: TemplateContainer[]
    terminationGracePeriodSeconds?: number
  }
}

export interface TemplateContainer {
  image?: string
  imagePullPolicy?: string
  command?: string[]
  args?: string[]
  restartPolicy?: string
}

/** Kinds whose pods run to their end. */
export const endingKinds: ReadonlySet<string> = new Set(['Job', 'CronJob'])

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

export function podTemplate(object: KubeObject): PodTemplate | undefined {
  let found: unknown = object
  const path = templatePaths[object.kind]
  if (!path) return undefined
  for (const key of path) found = (found as Record<string, unknown> | undefined | null)?.[key]
  return typeof found === 'object' && found !== null ? (found as PodTemplate) : undefined
}

/** Init containers first. What a broken manifest has in their place is refused elsewhere. */
export function containers({ spec }: PodTemplate): TemplateContainer[] {
  return [spec?.initContainers, spec?.containers]
    .flatMap(list => (Array.isArray(list) ? (list as unknown[]) : []))
    .filter(one => typeof one === 'object' && one !== null)
}

/** Runs to its end before the others start. */
export function isEndingInit({ spec }: PodTemplate, container: TemplateContainer): boolean {
  const { initContainers } = spec ?? {}
  return Array.isArray(initContainers) && initContainers.includes(container) && !isSidecar(container)
}

/** Normalized, without its tag; empty where the manifest has none. */
export function imageName({ image }: TemplateContainer): string {
  return typeof image === 'string' ? repositoryOf(image) : ''
}

/** An init container that keeps running (Kubernetes 1.28). */
export function isSidecar({ restartPolicy }: { restartPolicy?: string }): boolean {
  return restartPolicy === 'Always'
}
