import type { ImageBuild } from '../model/image.ts'
import { compileFailure, isCompileDue } from './compile.ts'
import { instancesOf, isBehind, type SyncedInstance, unknownVersion } from './instances.ts'
import {
  desiredKey,
  type ImageState,
  isBuildPending,
  isLoadDue,
  isPending,
  isUnwanted,
  loadedBuild,
  neededImages,
  type ServiceState,
  type State,
} from './state.ts'
import { subjectOf, type Task } from './task.ts'

/** What is to be done now: a pure function of the state, asked after every event. */
export interface Plan {
  readonly start: readonly Task[]
  /** Ids of running tasks that are out of date: the newest change wins. */
  readonly cancel: readonly string[]
  /** Why a subject (`image:…`, `service:…`) is not acting, though it has something to do. */
  readonly holds: ReadonlyMap<string, Hold>
}

export type Hold =
  /** Images of this project that are still being made. */
  | { readonly reason: 'images'; readonly images: readonly string[] }
  /** Images that could not be made and were never made before. */
  | { readonly reason: 'failed-images'; readonly images: readonly string[] }
  /** Services that have not been live yet. */
  | { readonly reason: 'dependencies'; readonly services: readonly string[] }
  /** Services that it waits for and that are disabled. */
  | { readonly reason: 'disabled-dependencies'; readonly services: readonly string[] }
  /** The user has paused devloop. */
  | { readonly reason: 'paused' }
  | { readonly reason: 'cluster' }
  /** As many builds as this machine takes are running. */
  | { readonly reason: 'build-limit' }
  /** An out-of-date task of the same subject is being ended. */
  | { readonly reason: 'cancelling' }

export interface PlanLimits {
  /** How many builds by tools of this machine may run at a time, at least 1. */
  readonly parallelBuilds: number
  /** How many builds that an engine carries out may run at a time, at least 1: it has limits of its own. */
  readonly parallelEngineBuilds: number
}

/** The next steps. The tasks it starts have ids that count up from `state.nextTask`. */
export function plan(state: State, limits: PlanLimits): Plan {
  const start: Task[] = []
  const cancel = new Set<string>()
  const holds = new Map<string, Hold>()
  if (state.stopping) {
    for (const { task, isCancelled } of state.tasks.values()) if (!isCancelled) cancel.add(task.id)
    return { start, cancel: [...cancel], holds }
  }

  const bySubject = new Map([...state.tasks.values()].map(running => [subjectOf(running.task), running]))
  const slots = { own: limits.parallelBuilds, engine: limits.parallelEngineBuilds }
  for (const { task } of state.tasks.values()) if (task.kind === 'build') slots[slotOf(state, task.image)]--
  const nextId = () => String(state.nextTask + start.length)

  /** Starts what a subject should do, or gives way to the task that it is running. */
  const settle = (subject: string, wanted: Wanted) => {
    const running = bySubject.get(subject)
    if (running) {
      if (state.paused) return
      if (running.isCancelled) {
        if (wanted !== undefined) holds.set(subject, { reason: 'cancelling' })
      } else if (isOutOfDate(state, running.task)) cancel.add(running.task.id)
      return
    }
    if (wanted === undefined) return
    if (state.paused) holds.set(subject, { reason: 'paused' })
    else if ('reason' in wanted) holds.set(subject, wanted)
    else start.push({ ...wanted, id: nextId() } as Task)
  }

  const needed = neededImages(state)
  for (const { task, isCancelled } of bySubject.values()) {
    const isOrphaned = isOrphan(state, task) || (task.kind === 'build' && !needed.has(task.image))
    if (isOrphaned && !isCancelled && !state.paused) cancel.add(task.id)
  }
  for (const service of state.services.values())
    settle(`service:${service.name}`, serviceStep(state, service))
  for (const service of state.services.values()) {
    for (const found of instancesOf(state, service))
      settle(subjectOfInstance(found), syncStep(state, service, found))
  }
  for (const [name, departed] of state.departed) {
    const isWaiting = departed.failure === undefined && isUnwanted(state, name)
    if (!isWaiting) continue
    const isDisabled = state.services.has(name)
    settle(
      `service:${name}`,
      isConnected(state) ? { kind: 'delete', service: name, isDisabled } : { reason: 'cluster' },
    )
  }
  for (const image of state.images.values()) {
    const subject = `image:${image.ref}`
    let wanted = imageStep(state, image, needed)
    const startsBuild =
      wanted !== undefined && 'kind' in wanted && wanted.kind === 'build' && !bySubject.has(subject)
    if (startsBuild) {
      const slot = slotOf(state, image.ref)
      if (slots[slot] <= 0) wanted = { reason: 'build-limit' }
      else slots[slot]--
    }
    settle(subject, wanted)
  }
  return { start, cancel: [...cancel], holds }
}

function slotOf({ project }: State, ref: string): 'engine' | 'own' {
  return project.images.find(image => image.ref === ref)?.builder.kind === 'docker' ? 'engine' : 'own'
}

type WithoutId<T> = T extends Task ? Omit<T, 'id'> : never
type Wanted = WithoutId<Task> | Hold | undefined

function imageStep(state: State, image: ImageState, needed: ReadonlySet<string>): Wanted {
  if (!isBuildPending(image)) return loadStep(state, image) ?? compileStep(image)
  if (image.inspected?.revision !== image.revision) {
    return { kind: 'inspect', image: image.ref, revision: image.revision }
  }
  if (!needed.has(image.ref)) return undefined
  const bases = image.inspected.bases.flatMap(ref => state.images.get(ref) ?? [])
  const pending = bases.filter(isBuildPending)
  if (pending.length > 0) return { reason: 'images', images: pending.map(base => base.ref) }
  const missing = bases.filter(base => base.built === undefined)
  if (missing.length > 0) return { reason: 'failed-images', images: missing.map(base => base.ref) }
  return {
    kind: 'build',
    image: image.ref,
    revision: image.revision,
    bases: new Map(bases.flatMap(({ ref, built }) => (built ? [[ref, built.reference] as const] : []))),
    isForced: image.causes.some(({ kind }) => kind === 'asked'),
  }
}

function loadStep(state: State, image: ImageState): Wanted {
  if (!isLoadDue(state, image) || !image.built) return undefined
  if (!isConnected(state)) return { reason: 'cluster' }
  const { reference } = image.built
  return { kind: 'load', image: image.ref, reference, clusterEpoch: state.clusterEpoch }
}

function compileStep(image: ImageState): Wanted {
  if (!isCompileDue(image)) return undefined
  return { kind: 'compile', image: image.ref, version: image.compilation.wanted }
}

function serviceStep(state: State, service: ServiceState): Wanted {
  if (service.isDisabled) return undefined
  const isRead = service.read?.revision === service.revision
  if (!isRead) {
    if (service.readFailed?.revision === service.revision) return undefined
    return { kind: 'read', service: service.name, revision: service.revision }
  }
  const images = (service.read?.images ?? []).flatMap(ref => state.images.get(ref) ?? [])
  const key = desiredKey(state, service)
  if (key !== undefined && (key === service.applied?.key || key === service.applyFailed?.key))
    return undefined
  const pending = images.filter(image => isPending(state, image))
  if (pending.length > 0) return { reason: 'images', images: pending.map(image => image.ref) }
  if (key === undefined) {
    const missing = images.filter(image => loadedBuild(state, image) === undefined)
    return { reason: 'failed-images', images: missing.map(image => image.ref) }
  }
  const waitsFor = dependencies(state, service)
  const disabled = waitsFor.filter(name => state.services.get(name)?.isDisabled)
  if (disabled.length > 0) return { reason: 'disabled-dependencies', services: disabled }
  if (waitsFor.length > 0) return { reason: 'dependencies', services: waitsFor }
  if (!isConnected(state)) return { reason: 'cluster' }
  return { kind: 'apply', service: service.name, key, images: loadedBuilds(state, images) }
}

/** Where other objects are about to be applied, its containers may be about to end. */
function syncStep(state: State, service: ServiceState, found: SyncedInstance): Wanted {
  const { instance, image, version, failure } = found
  const isCurrent = desiredKey(state, service) === service.applied?.key
  if (!isCurrent || !isConnected(state) || !isBehind(found)) return undefined
  // It is compared with what the compiler makes, which may be out of date.
  const isCompiled = !isCompileDue(image) && !compileFailure(image)
  if (version === unknownVersion && !isCompiled) return undefined
  return {
    kind: 'sync',
    service: service.name,
    image: image.ref,
    instance,
    from: version,
    to: image.edits.version,
    isEnded: failure !== undefined,
  }
}

function subjectOfInstance({ instance }: SyncedInstance): string {
  return `instance:${instance.id}`
}

/** A task whose result would be of no use any more, because something newer is wanted. */
function isOutOfDate(state: State, task: Task): boolean {
  switch (task.kind) {
    case 'inspect':
    case 'build':
      return state.images.get(task.image)?.revision !== task.revision
    case 'load': {
      const image = state.images.get(task.image)
      const isNewest = image?.built?.reference === task.reference && task.clusterEpoch === state.clusterEpoch
      return !isNewest || isBuildPending(image)
    }
    case 'compile': {
      const image = state.images.get(task.image)
      return image === undefined || isBuildPending(image) || image.compilation.wanted !== task.version
    }
    case 'read':
      return isUnwanted(state, task.service) || state.services.get(task.service)?.revision !== task.revision
    case 'apply': {
      const service = state.services.get(task.service)
      if (!service || service.isDisabled) return true
      // While newer images or manifests are still being made, this is the best there is: let it end.
      const key = desiredKey(state, service)
      if (!task.key.startsWith(`${state.clusterEpoch} `)) return true
      return key !== undefined && key !== task.key && service.read?.revision === service.revision
    }
    case 'sync': {
      // What was changed since then is for the next one: half of a sync is of less use than all of it.
      const image = state.images.get(task.image)
      return image === undefined || isBuildPending(image)
    }
    case 'delete':
      return !isUnwanted(state, task.service)
    default:
      return task satisfies never
  }
}

/** A running task of an image or service that the Devfile no longer has, or of a container that has ended. */
function isOrphan(state: State, task: Task): boolean {
  switch (task.kind) {
    case 'inspect':
    case 'build':
    case 'load':
    case 'compile':
      return !state.images.has(task.image)
    case 'read':
    case 'apply':
      return !state.services.has(task.service)
    case 'sync': {
      const service = state.services.get(task.service)
      const instances = service ? instancesOf(state, service) : []
      return !instances.some(({ instance }) => instance.id === task.instance.id)
    }
    case 'delete':
      return false
    default:
      return task satisfies never
  }
}

function dependencies(state: State, service: ServiceState): readonly string[] {
  // Only the first start waits: a dependency that fails later must not hold back the mending of others.
  if (service.applied || service.wasLive) return []
  const definition = state.project.services.find(({ name }) => name === service.name)
  return (definition?.dependsOn ?? []).filter(name => state.services.get(name)?.wasLive !== true)
}

function loadedBuilds(state: State, images: readonly ImageState[]): ReadonlyMap<string, ImageBuild> {
  const builds = new Map<string, ImageBuild>()
  for (const image of images) {
    const build = loadedBuild(state, image)
    if (build) builds.set(image.ref, build)
  }
  return builds
}

function isConnected(state: State): boolean {
  return state.cluster.phase === 'connected'
}
