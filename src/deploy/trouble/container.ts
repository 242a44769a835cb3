import type { ContainerSpec, ContainerStatus, PodObject } from '../pod-object.ts'

/** A container of a pod: what was asked for, and what became of it. */
export interface Container {
  readonly name: string
  /** Has to end before the pod starts. A sidecar is none, though it is written among them. */
  readonly isInit: boolean
  /** An end with exit code 0 is no success: it is started again. */
  readonly mustKeepRunning: boolean
  readonly spec: ContainerSpec
  readonly status: ContainerStatus
}

/** All containers that have a status, in the order in which they start. */
export function containersOf(pod: PodObject): readonly Container[] {
  const inits = (pod.spec.initContainers ?? []).map(spec => {
    const isSidecar = spec.restartPolicy === 'Always'
    return { spec, isInit: !isSidecar, mustKeepRunning: isSidecar }
  })
  const mustKeepRunning = (pod.spec.restartPolicy ?? 'Always') === 'Always'
  const apps = pod.spec.containers.map(spec => ({ spec, isInit: false, mustKeepRunning }))
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])]
  return [...inits, ...apps].flatMap(container => {
    const status = statuses.find(({ name }) => name === container.spec.name)
    return status ? [{ ...container, name: container.spec.name, status }] : []
  })
}

/** `The container web`: how messages name it. */
export function nameOf(container: Container): string {
  return `${container.isInit ? 'init container' : 'container'} ${container.name}`
}
