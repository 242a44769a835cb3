import type { Failure } from '../model/failure.ts'
import type { KubeObject } from '../model/kube.ts'
import type { PortRule, PortTarget } from '../model/project.ts'
import type { Pod } from '../model/rollout.ts'
import { failedTarget } from './failures.ts'

/** A port of a pod: where connections of a rule go. */
export interface Backend {
  readonly namespace: string
  readonly pod: string
  readonly uid: string
  readonly port: number
  /** Another one for every start of what runs in the pod. */
  readonly run: string
}

export function isSameBackend(one: Backend, other: Backend): boolean {
  return isSamePort(one, other) && one.run === other.run
}

function isSamePort(one: Backend, other: Backend): boolean {
  return one.uid === other.uid && one.port === other.port
}

/** What becomes of the pod that serves a client. */
export type Standing =
  | 'offered'
  /** No pod is offered. */
  | 'withdrawn'
  /** Another one is offered. */
  | 'replaced'
  /** The process that had the connection has ended; another one runs in its place. */
  | 'ended'

/** @param offered where new connections go now. */
export function standingOf(serving: Backend, offered: Backend | undefined): Standing {
  if (!offered) return 'withdrawn'
  if (!isSamePort(offered, serving)) return 'replaced'
  return offered.run === serving.run ? 'offered' : 'ended'
}

export type Pick =
  | { readonly state: 'ready'; readonly backend: Backend }
  /** No pod is ready that the rule leads to. */
  | { readonly state: 'waiting' }
  /** The rule leads nowhere, and will not until the Devfile or the manifests change. */
  | { readonly state: 'failed'; readonly failure: Failure }

/** What a rule of a service may lead to. */
export interface Targets {
  /** The service's own pods. */
  readonly pods: readonly Pod[]
  /** All pods of the project: a Kubernetes Service may select those of another service. */
  readonly projectPods: readonly Pod[]
  /** All applied objects of the project, or only those of kind `Service`. */
  readonly objects: readonly KubeObject[]
  /** How often processes of a pod were started anew in their containers. */
  readonly restartsOf: (pod: Pod) => number
}

/** The port of a pod that new connections of `rule`, which belongs to `service`, go to now. */
export function pickBackend(service: string, rule: PortRule, targets: Targets): Pick {
  const { target } = rule
  if (target.kind === 'pod') return pickPod(service, rule, targets.pods, target.port, targets.restartsOf)
  const services = targets.objects.filter(object => object.kind === 'Service')
  const found = services.find(object => object.metadata.name === target.name)
  if (!found) {
    return failedTarget(
      service,
      rule,
      `There is no Kubernetes Service ${target.name} in the project’s manifests.`,
      services.map(object => `svc/${object.metadata.name}`),
    )
  }
  return pickByService(service, rule, target, found, targets)
}

function pickByService(
  service: string,
  rule: PortRule,
  target: Extract<PortTarget, { kind: 'service' }>,
  found: KubeObject,
  { projectPods, restartsOf }: Targets,
): Pick {
  const { selector, ports = [] } = (found.spec ?? {}) as ServiceSpec
  if (!selector || Object.keys(selector).length === 0) {
    return failedTarget(service, rule, `The Kubernetes Service ${target.name} selects no pods.`, [])
  }
  const port = ports.find(one => one.port === target.port || one.name === target.port)
  if (!port) {
    return failedTarget(
      service,
      rule,
      `The Kubernetes Service ${target.name} has no port ${target.port}.`,
      ports.map(one => `svc/${target.name}:${one.port}`),
    )
  }
  const selected = projectPods.filter(
    pod =>
      pod.namespace === (found.metadata.namespace ?? pod.namespace) &&
      Object.entries(selector).every(([label, value]) => pod.labels[label] === value),
  )
  return pickPod(service, rule, selected, port.targetPort ?? port.port, restartsOf)
}

function pickPod(
  service: string,
  rule: PortRule,
  all: readonly Pod[],
  port: number | string,
  restartsOf: Targets['restartsOf'],
): Pick {
  // As with a Kubernetes Service: what is sent to a pod that is about to end could be lost with it.
  const pods = all.filter(pod => !pod.isTerminating)
  const declaring = pods.filter(pod => portOf(pod, port) !== undefined)
  if (declaring.length === 0 && pods.length > 0 && typeof port === 'string') {
    const names = pods.flatMap(portsOf).flatMap(one => one.name ?? [])
    return failedTarget(service, rule, `No container has a port with the name ${port}.`, names)
  }
  // A workload without the port must not get its connections while the one that has it starts.
  const candidates = declaring.length > 0 ? declaring : pods
  const best = candidates.filter(pod => pod.isReady).sort(byPreference)[0]
  if (!best) return { state: 'waiting' }
  const number = portOf(best, port) ?? Number(port)
  return {
    state: 'ready',
    backend: {
      namespace: best.namespace,
      pod: best.name,
      uid: best.uid,
      port: number,
      run: [...best.containers.map(({ runningId }) => runningId), restartsOf(best)].join(' '),
    },
  }
}

/** The name decides among equals, so that the choice stays as long as the pods do. */
function byPreference(one: Pod, other: Pod): number {
  return Number(other.isNew) - Number(one.isNew) || (one.name < other.name ? -1 : 1)
}

function portOf(pod: Pod, port: number | string): number | undefined {
  return portsOf(pod).find(one => (typeof port === 'number' ? one.port === port : one.name === port))?.port
}

function portsOf(pod: Pod) {
  return pod.containers.flatMap(container => container.ports)
}

/** Of a Kubernetes Service, what devloop reads. */
interface ServiceSpec {
  readonly selector?: Readonly<Record<string, string>>
  readonly ports?: readonly {
    readonly name?: string
    readonly port: number
    readonly targetPort?: number | string
  }[]
}
