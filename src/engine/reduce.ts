import type { Failure } from '../model/failure.ts'
import type { FileChange } from '../model/files.ts'
import type { Project } from '../model/project.ts'
import type { Event, TaskEnded, TaskResult } from './events.ts'
import { type Cause, type ImageState, maxCauses, type ServiceState, type State } from './state.ts'
import { isFailed, isLive } from './status.ts'
import type { ApplyTask, BuildTask, DeleteTask, InspectTask, ReadTask } from './task.ts'

/** The state when devloop starts: everything is to be done. */
export function initialState(project: Project, at: number): State {
  const start: readonly Cause[] = [{ kind: 'start' }]
  return {
    project,
    images: new Map(project.images.map(({ ref }) => [ref, newImage(ref, start)])),
    services: new Map(project.services.map(({ name }) => [name, newService(name, at, start)])),
    departed: new Map(),
    tasks: new Map(),
    cluster: { phase: 'connecting' },
    clusterEpoch: 0,
    devfileFailures: [],
    stopping: false,
    nextTask: 1,
  }
}

/** The state after an event. Pure; every decision on what to do next is `plan`'s. */
export function reduce(state: State, event: Event): State {
  return settleChanges(step(state, event), event.at)
}

function step(state: State, event: Event): State {
  switch (event.type) {
    case 'project-reloaded':
      return reload(state, event.project, event.changedImages, event.changedServices, event.at)
    case 'devfile-broken':
      return { ...state, devfileFailures: event.failures }
    case 'files-changed':
      return changeFiles(state, event.changes, event.at)
    case 'watch-failed':
      return { ...state, watchFailure: event.failure }
    case 'cluster-connected': {
      const { context, provider, isAnother, at } = event
      const next: State = { ...state, cluster: { phase: 'connected', context, provider } }
      return isAnother ? startOver(next, at) : next
    }
    case 'cluster-lost':
      return { ...state, cluster: { phase: 'lost', failure: event.failure } }
    case 'task-started':
      return {
        ...state,
        nextTask: state.nextTask + 1,
        tasks: replaced(state.tasks, event.task.id, {
          task: event.task,
          startedAt: event.at,
          isCancelled: false,
        }),
      }
    case 'task-cancelled': {
      const running = state.tasks.get(event.task.id)
      if (!running) return state
      return { ...state, tasks: replaced(state.tasks, event.task.id, { ...running, isCancelled: true }) }
    }
    case 'task-output':
      return state
    case 'task-ended':
      return endTask(state, event)
    case 'rollout-seen':
      return updateService(state, event.service, service =>
        service.applied ? { ...service, rollout: event.rollout } : service,
      )
    case 'forward-seen':
      return updateService(state, event.service, service => ({ ...service, forwards: event.forwards }))
    case 'environment-mended':
      return mend(state, event.codes)
    case 'trigger-asked':
      return trigger(state, event.service, event.at)
    case 'stop-asked':
      return { ...state, stopping: true }
    default:
      return event satisfies never
  }
}

function endTask(state: State, { task, outcome, at }: TaskEnded & { at: number }): State {
  const running = state.tasks.get(task.id)
  if (!running) return state
  const tasks = new Map(state.tasks)
  tasks.delete(task.id)
  const next = { ...state, tasks }
  // A task that was told to end has nothing to say any more, however it ended.
  if (running.isCancelled || outcome.status === 'cancelled') return next
  if (outcome.status === 'failed') {
    // An apply that found no cluster is no fault of what was to be applied: it is due again with the cluster.
    const isLost = outcome.failure.code === 'cluster/unreachable'
    if (isLost) return { ...next, cluster: { phase: 'lost', failure: outcome.failure } }
    return failTask(next, task, outcome.failure)
  }
  return finishTask(next, task, outcome.result, at)
}

function failTask(state: State, task: TaskEnded['task'], failure: Failure): State {
  switch (task.kind) {
    case 'inspect':
    case 'build':
      return updateImage(state, task.image, image => ({
        ...image,
        failed: { revision: task.revision, failure },
      }))
    case 'read':
      return updateService(state, task.service, service => ({
        ...service,
        readFailed: { revision: task.revision, failure },
      }))
    case 'apply':
      return updateService(state, task.service, service => ({
        ...service,
        applyFailed: { key: task.key, failure },
      }))
    case 'delete':
      return { ...state, departed: replaced(state.departed, task.service, { failure }) }
    default:
      return task satisfies never
  }
}

function finishTask(state: State, task: TaskEnded['task'], result: TaskResult, at: number): State {
  switch (result.kind) {
    case 'inspect':
      return finishInspect(state, task as InspectTask, result.bases)
    case 'build':
      return finishBuild(state, task as BuildTask, result.reference, at)
    case 'read':
      return updateService(state, (task as ReadTask).service, ({ readFailed: _, ...service }) => ({
        ...service,
        read: { ...result.manifests, revision: (task as ReadTask).revision },
      }))
    case 'apply':
      return updateService(
        state,
        (task as ApplyTask).service,
        ({ applyFailed: _, rollout: __, ...service }) => ({
          ...service,
          applied: { key: (task as ApplyTask).key, workloads: result.workloads },
        }),
      )
    case 'delete': {
      const departed = new Map(state.departed)
      departed.delete((task as DeleteTask).service)
      return { ...state, departed }
    }
    default:
      return result satisfies never
  }
}

function finishInspect(state: State, task: InspectTask, bases: readonly string[]): State {
  const next = updateImage(state, task.image, image => ({
    ...image,
    inspected: { revision: task.revision, bases },
  }))
  const looped = bases.find(base => base === task.image || isMadeFrom(next, base, task.image))
  if (looped === undefined) return next
  // Each of them would wait for the other for ever.
  const failure: Failure = {
    code: 'build/cycle',
    message: `The images ${task.image} and ${looped} are made from each other.`,
    cure: 'Correct FROM in one of their Dockerfiles, so that one can be built first.',
  }
  return updateImage(next, task.image, image => ({ ...image, failed: { revision: task.revision, failure } }))
}

function finishBuild(state: State, task: BuildTask, reference: string, at: number): State {
  const before = state.images.get(task.image)?.built?.reference
  const next = updateImage(state, task.image, ({ failed: _, ...image }) => ({
    ...image,
    causes: [],
    built: { revision: task.revision, reference },
  }))
  if (before === undefined || before === reference) return next
  // What is made from it is out of date now.
  const children = [...next.images.values()].filter(image => image.inspected?.bases.includes(task.image))
  return children.reduce(
    (current, { ref }) => touchImage(current, ref, [{ kind: 'base', ref: task.image }], at),
    next,
  )
}

function changeFiles(state: State, changes: readonly FileChange[], at: number): State {
  const byInput = new Map<string, Cause[]>()
  for (const { path, kind, inputs } of changes) {
    for (const input of inputs) {
      const causes = byInput.get(input) ?? []
      causes.push({ kind: 'file', path, change: kind })
      byInput.set(input, causes)
    }
  }
  let next = state
  for (const [input, causes] of byInput) {
    if (input.startsWith('image:')) next = touchImage(next, input.slice('image:'.length), causes, at)
    if (input.startsWith('service:')) next = touchService(next, input.slice('service:'.length), causes, at)
  }
  return next
}

function reload(
  state: State,
  project: Project,
  changedImages: readonly string[],
  changedServices: readonly string[],
  at: number,
): State {
  const causes: readonly Cause[] = [{ kind: 'devfile' }]
  const gone = [...state.services.keys()].filter(
    name => !project.services.some(service => service.name === name),
  )
  const departed = new Map(state.departed)
  for (const { name } of project.services) departed.delete(name)
  for (const name of gone) departed.set(name, {})
  let next: State = {
    ...state,
    project,
    departed,
    devfileFailures: [],
    images: new Map(project.images.map(({ ref }) => [ref, state.images.get(ref) ?? newImage(ref, causes)])),
    services: new Map(
      project.services.map(({ name }) => [name, state.services.get(name) ?? newService(name, at, causes)]),
    ),
  }
  for (const ref of changedImages) next = touchImage(next, ref, causes, at)
  for (const name of changedServices) next = touchService(next, name, causes, at)
  return next
}

function trigger(state: State, name: string, at: number): State {
  const causes: readonly Cause[] = [{ kind: 'asked' }]
  const service = state.services.get(name)
  if (!service) return state
  let next = touchService(state, name, causes, at)
  for (const ref of service.read?.images ?? []) next = touchImage(next, ref, causes, at)
  return updateService(next, name, ({ applied: _, applyFailed: __, ...rest }) => rest)
}

/** Forgets all that was applied, so that `plan` applies it to the cluster that is there now. */
function startOver(state: State, at: number): State {
  let next: State = { ...state, clusterEpoch: state.clusterEpoch + 1, departed: new Map() }
  for (const name of state.services.keys()) {
    next = openChange(next, name, [{ kind: 'cluster' }], at)
    next = updateService(next, name, ({ applied: _, applyFailed: __, rollout: ___, ...service }) => ({
      ...service,
      wasLive: false,
    }))
  }
  return next
}

/** Forgets failures that had nothing to do with the user's files, so that `plan` tries again. */
function mend(state: State, codes: readonly Failure['code'][]): State {
  const images = [...state.images.values()].map(image => {
    if (!image.failed || !codes.includes(image.failed.failure.code)) return image
    const { failed: _, ...rest } = image
    return rest
  })
  return { ...state, images: new Map(images.map(image => [image.ref, image])) }
}

/** An image is out of date, and with it every service that uses it. */
function touchImage(state: State, ref: string, causes: readonly Cause[], at: number): State {
  let next = updateImage(state, ref, image => ({
    ...image,
    revision: image.revision + 1,
    causes: [...image.causes, ...causes].slice(-maxCauses),
  }))
  for (const service of next.services.values()) {
    if (service.read?.images.some(used => used === ref || isMadeFrom(next, used, ref))) {
      next = openChange(next, service.name, causes, at)
    }
  }
  return next
}

function touchService(state: State, name: string, causes: readonly Cause[], at: number): State {
  const next = updateService(state, name, service => ({ ...service, revision: service.revision + 1 }))
  return openChange(next, name, causes, at)
}

function openChange(state: State, name: string, causes: readonly Cause[], at: number): State {
  const service = state.services.get(name)
  if (!service) return state
  // What failed has come to its end: the next edit starts a change, and a clock, of its own.
  const isNew = !service.change || isFailed(state, service)
  const change = isNew
    ? { since: at, causes: causes.slice(-maxCauses) }
    : { since: service.change.since, causes: [...service.change.causes, ...causes].slice(-maxCauses) }
  return updateService(state, name, current => ({ ...current, change }))
}

function isMadeFrom(state: State, ref: string, base: string, seen = new Set<string>()): boolean {
  if (seen.has(ref)) return false
  seen.add(ref)
  const bases = state.images.get(ref)?.inspected?.bases ?? []
  return bases.some(one => one === base || isMadeFrom(state, one, base, seen))
}

/** Ends the changes that are live now. */
function settleChanges(state: State, at: number): State {
  let next = state
  for (const service of state.services.values()) {
    if (!service.change || !isLive(state, service)) continue
    next = updateService(next, service.name, ({ change, ...rest }) => ({
      ...rest,
      wasLive: true,
      ...(change && { lastLive: { causes: change.causes, tookMs: at - change.since, at } }),
    }))
  }
  return next
}

function newImage(ref: string, causes: readonly Cause[]): ImageState {
  return { ref, revision: 1, causes }
}

function newService(name: string, at: number, causes: readonly Cause[]): ServiceState {
  return { name, revision: 1, forwards: [], wasLive: false, change: { since: at, causes } }
}

function updateImage(state: State, ref: string, update: (image: ImageState) => ImageState): State {
  const image = state.images.get(ref)
  return image ? { ...state, images: replaced(state.images, ref, update(image)) } : state
}

function updateService(state: State, name: string, update: (service: ServiceState) => ServiceState): State {
  const service = state.services.get(name)
  return service ? { ...state, services: replaced(state.services, name, update(service)) } : state
}

function replaced<V>(map: ReadonlyMap<string, V>, key: string, value: V): ReadonlyMap<string, V> {
  return new Map(map).set(key, value)
}
