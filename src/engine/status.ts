import type { Failure } from '../model/failure.ts'
import { compileFailure, isCompileDue } from './compile.ts'
import { instancesOf, isBehind } from './instances.ts'
import {
  desiredKey,
  type ImageState,
  isBuildPending,
  isPending,
  loadFailure,
  type ServiceState,
  type State,
} from './state.ts'

/** What a service's row says. */
export type ServiceStatus =
  /** The user does not want it. `failure`: why its objects could not be deleted. */
  | { readonly phase: 'disabled'; readonly failure?: Failure }
  /** The newest change could not be made live. What was live before may still be running. */
  | { readonly phase: 'failed'; readonly step: Step; readonly failure: Failure }
  /** A task of it, or of one of its images, is running or waits to run. */
  | { readonly phase: 'working' }
  /** The cluster has the newest version, and its pods are on their way. */
  | { readonly phase: 'rolling-out'; readonly trouble?: Failure }
  /** The newest version of everything is applied, ready, and in every running container. */
  | { readonly phase: 'live' }

export type Step = 'manifests' | 'build' | 'load' | 'apply' | 'rollout'

export function statusOf(state: State, service: ServiceState): ServiceStatus {
  if (service.isDisabled) {
    const failure = state.departed.get(service.name)?.failure
    return { phase: 'disabled', ...(failure && { failure }) }
  }
  const failed = failureOf(state, service)
  if (failed) return { phase: 'failed', ...failed }
  if (!isApplied(state, service)) return { phase: 'working' }
  if (allImages(state, service).some(isCompileDue)) return { phase: 'working' }
  if (instancesOf(state, service).some(isBehind)) return { phase: 'working' }
  if (isRolledOut(service)) return { phase: 'live' }
  const trouble = service.rollout?.failure
  return { phase: 'rolling-out', ...(trouble && { trouble }) }
}

export function isLive(state: State, service: ServiceState): boolean {
  return statusOf(state, service).phase === 'live'
}

export function isFailed(state: State, service: ServiceState): boolean {
  return failureOf(state, service) !== undefined
}

function failureOf(state: State, service: ServiceState): { step: Step; failure: Failure } | undefined {
  if (service.readFailed?.revision === service.revision) {
    return { step: 'manifests', failure: service.readFailed.failure }
  }
  if (service.read?.revision !== service.revision) return undefined
  const images = allImages(state, service)
  for (const image of images) {
    if (image.failed?.revision === image.revision) return { step: 'build', failure: image.failed.failure }
    const compile = compileFailure(image)
    if (compile) return { step: 'build', failure: compile }
    const load = isBuildPending(image) ? undefined : loadFailure(state, image)
    if (load) return { step: 'load', failure: load }
  }
  if (images.some(image => isPending(state, image))) return undefined
  const key = desiredKey(state, service)
  if (key !== undefined && key === service.applyFailed?.key) {
    return { step: 'apply', failure: service.applyFailed.failure }
  }
  if (key === service.applied?.key && service.rollout?.phase === 'failed' && service.rollout.failure) {
    return { step: 'rollout', failure: service.rollout.failure }
  }
  if (key === service.applied?.key) {
    const ended = instancesOf(state, service).find(({ failure }) => failure)
    if (ended?.failure && !isBehind(ended)) return { step: 'rollout', failure: ended.failure }
  }
  return undefined
}

/** The cluster has the newest of everything: nothing is being read, made or applied. */
function isApplied(state: State, service: ServiceState): boolean {
  const isRead = service.read?.revision === service.revision
  const isBuilt = !allImages(state, service).some(image => isPending(state, image))
  const key = desiredKey(state, service)
  return isRead && isBuilt && key !== undefined && key === service.applied?.key
}

function isRolledOut(service: ServiceState): boolean {
  if (service.applied?.workloads.length === 0) return true
  return service.rollout?.phase === 'ready' || service.rollout?.phase === 'none'
}

/** The images that a service's manifests name, and those that they are made from. */
function allImages(state: State, service: ServiceState): readonly ImageState[] {
  const found = new Map<string, ImageState>()
  const visit = (ref: string) => {
    const image = state.images.get(ref)
    if (!image || found.has(ref)) return
    found.set(ref, image)
    for (const base of image.inspected?.bases ?? []) visit(base)
  }
  for (const ref of service.read?.images ?? []) visit(ref)
  return [...found.values()]
}
