import { isDeepStrictEqual } from 'node:util'
import type { Failure } from '../model/failure.ts'
import type { Project } from '../model/project.ts'
import type { Rollout } from '../model/rollout.ts'
import { compilationAfterBuild, noSources } from './compile.ts'
import { changeFiles, editsAfterBuild, finishCompile, noEdits, staysAfterBuild } from './edits.ts'
import type { Event, TaskEnded, TaskResult } from './events.ts'
import { instancesOf } from './instances.ts'
import { disable, enable, trigger } from './requests.ts'
import type { Cause, Compilation, ImageState, InstanceState, Load, ServiceState, State } from './state.ts'
import { isLive } from './status.ts'
import type {
  ApplyTask,
  BuildTask,
  CompileTask,
  DeleteTask,
  InspectTask,
  LoadTask,
  ReadTask,
  SyncTask,
} from './task.ts'
import {
  isMadeFrom,
  openChange,
  replaced,
  touchImage,
  touchService,
  updateImage,
  updateService,
} from './touch.ts'

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
    existingPods: new Set(),
    devfileFailures: [],
    stopping: false,
    paused: false,
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
      return changeFiles(state, event, event.at)
    case 'watch-failed':
      return { ...state, watchFailure: event.failure }
    case 'cluster-connected': {
      const { context, provider, isAnother, pods, at } = event
      const isFirst = state.cluster.phase === 'connecting' || isAnother
      const next: State = {
        ...state,
        cluster: { phase: 'connected', context, provider },
        ...(isFirst && { existingPods: new Set(pods) }),
      }
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
      return seeRollout(state, event.service, event.rollout)
    case 'process-ended':
      return endProcess(state, event.service, event.instance, event.failure)
    case 'forward-seen':
      return updateService(state, event.service, service => ({ ...service, forwards: event.forwards }))
    case 'environment-mended':
      return mend(state, event.codes)
    case 'trigger-asked':
      return trigger(state, event.service, event.at)
    case 'pause-asked':
      return { ...state, paused: true }
    case 'resume-asked':
      return { ...state, paused: false }
    case 'disable-asked':
      return disable(state, event.service)
    case 'enable-asked':
      return enable(state, event.service, event.at)
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
    return failTask(next, task, outcome.failure, at)
  }
  return finishTask(next, task, outcome.result, at)
}

function failTask(state: State, task: TaskEnded['task'], failure: Failure, at: number): State {
  switch (task.kind) {
    case 'inspect':
    case 'build':
      return updateImage(state, task.image, image => ({
        ...image,
        failed: { revision: task.revision, failure },
      }))
    case 'load':
      return finishLoad(state, task, { failure })
    case 'compile':
      return updateImage(state, task.image, image => ({
        ...image,
        compilation: { ...image.compilation, failed: { version: task.version, failure } },
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
    case 'sync':
      return fallBack(state, task, failure, at)
    case 'delete':
      return { ...state, departed: replaced(state.departed, task.service, { failure }) }
    default:
      return task satisfies never
  }
}

function finishTask(state: State, task: TaskEnded['task'], result: TaskResult, at: number): State {
  switch (result.kind) {
    case 'inspect':
      return finishInspect(state, task as InspectTask, result)
    case 'build':
      return finishBuild(state, task as BuildTask, result, at)
    case 'load':
      return finishLoad(state, task as LoadTask, { podReference: result.podReference })
    case 'compile':
      return finishCompile(state, task as CompileTask, result)
    case 'read':
      return updateService(state, (task as ReadTask).service, ({ readFailed: _, ...service }) => ({
        ...service,
        read: { ...result.manifests, revision: (task as ReadTask).revision },
      }))
    case 'apply':
      return finishApply(state, task as ApplyTask, result)
    case 'sync':
      return finishSync(state, task as SyncTask, result)
    case 'delete': {
      const departed = new Map(state.departed)
      departed.delete((task as DeleteTask).service)
      return { ...state, departed }
    }
    default:
      return result satisfies never
  }
}

function finishInspect(
  state: State,
  task: InspectTask,
  { bases, canSync, canCompile }: Extract<TaskResult, { kind: 'inspect' }>,
): State {
  const next = updateImage(state, task.image, image => ({
    ...image,
    inspected: { revision: task.revision, bases, canSync, canCompile },
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

function finishBuild(
  state: State,
  task: BuildTask,
  { reference, isCached }: Extract<TaskResult, { kind: 'build' }>,
  at: number,
): State {
  const before = state.images.get(task.image)?.built?.reference
  const next = updateImage(state, task.image, ({ failed: _, unsyncable, loaded, ...image }) => ({
    ...image,
    // What could not be loaded is tried again.
    ...(loaded && 'podReference' in loaded.outcome && { loaded }),
    ...(unsyncable && staysAfterBuild(unsyncable) && { unsyncable }),
    causes: [],
    built: { revision: task.revision, reference },
    edits: editsAfterBuild(image, reference, unsyncable !== undefined),
    compilation: compilationAfterBuild(state, image, isCached),
  }))
  if (before === undefined || before === reference) return next
  // What is made from it is out of date now.
  const children = [...next.images.values()].filter(image => image.inspected?.bases.includes(task.image))
  return children.reduce(
    (current, { ref }) => touchImage(current, ref, [{ kind: 'base', ref: task.image }], at),
    next,
  )
}

function finishLoad(
  state: State,
  { image, reference, clusterEpoch }: LoadTask,
  outcome: Load['outcome'],
): State {
  return updateImage(state, image, current => ({ ...current, loaded: { reference, clusterEpoch, outcome } }))
}

function finishApply(
  state: State,
  { service, key }: ApplyTask,
  { workloads }: Extract<TaskResult, { kind: 'apply' }>,
): State {
  return updateService(state, service, current => {
    // What was disabled meanwhile is about to be deleted.
    if (current.isDisabled) return current
    const { applyFailed: _, rollout: __, ...rest } = current
    return { ...rest, applied: { key, workloads } }
  })
}

function finishSync(
  state: State,
  { service, instance, to }: SyncTask,
  { isRestarted }: Extract<TaskResult, { kind: 'sync' }>,
): State {
  return updateInstance(state, service, instance.id, known => ({
    version: to,
    restarts: (known?.restarts ?? 0) + Number(isRestarted),
  }))
}

/** What its containers do not take, a new image brings. */
function fallBack(state: State, { image }: SyncTask, failure: Failure, at: number): State {
  const next = touchImage(state, image, [{ kind: 'unsynced' }], at)
  return updateImage(next, image, current => ({ ...current, unsyncable: failure }))
}

function seeRollout(state: State, name: string, rollout: Rollout): State {
  const next = updateService(state, name, service => (service.applied ? { ...service, rollout } : service))
  const service = next.services.get(name)
  if (!service || service.instances.size === 0) return next
  const running = new Set(instancesOf(next, service).map(({ instance }) => instance.id))
  const instances = [...service.instances].filter(([id]) => running.has(id))
  if (instances.length === service.instances.size) return next
  return updateService(next, name, current => ({ ...current, instances: new Map(instances) }))
}

function endProcess(state: State, service: string, instance: string, failure: Failure): State {
  return updateInstance(state, service, instance, known => known && { ...known, failure })
}

function updateInstance(
  state: State,
  service: string,
  id: string,
  update: (known: InstanceState | undefined) => InstanceState | undefined,
): State {
  return updateService(state, service, current => {
    const next = update(current.instances.get(id))
    return next ? { ...current, instances: replaced(current.instances, id, next) } : current
  })
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
  for (const { name } of project.services) if (!state.services.get(name)?.isDisabled) departed.delete(name)
  for (const name of gone) departed.set(name, {})
  const isSameWay = isDeepStrictEqual(state.project.registry, project.registry)
  let next: State = {
    ...state,
    project,
    // What was loaded in one way is not known in another.
    clusterEpoch: isSameWay ? state.clusterEpoch : state.clusterEpoch + 1,
    departed,
    devfileFailures: [],
    images: new Map(project.images.map(({ ref }) => [ref, state.images.get(ref) ?? newImage(ref, causes)])),
    services: new Map(
      project.services.map(({ name }) => [name, state.services.get(name) ?? newService(name, at, causes)]),
    ),
  }
  for (const ref of changedImages) {
    next = updateImage(touchImage(next, ref, causes, at), ref, ({ unsyncable: _, ...image }) => image)
  }
  // How its containers are made may have changed with the image's sync rules.
  const users = [...next.services.values()].filter(({ read }) =>
    read?.images.some(ref => changedImages.includes(ref)),
  )
  for (const name of new Set([...changedServices, ...users.map(({ name }) => name)]))
    next = touchService(next, name, causes, at)
  return next
}

/** Forgets all that was applied, so that `plan` applies it to the cluster that is there now. */
function startOver(state: State, at: number): State {
  let next: State = { ...state, clusterEpoch: state.clusterEpoch + 1, departed: new Map() }
  for (const name of state.services.keys()) {
    next = openChange(next, name, [{ kind: 'cluster' }], at)
    next = updateService(next, name, ({ applied: _, applyFailed: __, rollout: ___, ...service }) => ({
      ...service,
      wasLive: false,
      instances: new Map(),
    }))
  }
  return next
}

/** Forgets failures that had nothing to do with the user's files, so that `plan` tries again. */
function mend(state: State, codes: readonly Failure['code'][]): State {
  const images = [...state.images.values()].map(image => {
    const { failed, loaded, compilation, ...rest } = image
    const isMended = loaded && 'failure' in loaded.outcome && codes.includes(loaded.outcome.failure.code)
    return {
      ...rest,
      ...(failed && !codes.includes(failed.failure.code) && { failed }),
      ...(loaded && !isMended && { loaded }),
      compilation: forgetCompileFailure(compilation, codes),
    }
  })
  return { ...state, images: new Map(images.map(image => [image.ref, image])) }
}

function forgetCompileFailure(
  { failed, ...compilation }: Compilation,
  codes: readonly Failure['code'][],
): Compilation {
  return { ...compilation, ...(failed && !codes.includes(failed.failure.code) && { failed }) }
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
  return { ref, revision: 1, causes, edits: noEdits, compilation: noSources }
}

function newService(name: string, at: number, causes: readonly Cause[]): ServiceState {
  return {
    name,
    isDisabled: false,
    revision: 1,
    forwards: [],
    instances: new Map(),
    wasLive: false,
    change: { since: at, causes },
  }
}
