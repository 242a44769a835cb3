import type { Failure } from '../model/failure.ts'
import type { FileChange } from '../model/files.ts'
import type { ForwardStatus } from '../model/forward.ts'
import type { ImageBuild } from '../model/image.ts'
import type { Project } from '../model/project.ts'
import type { AppliedWorkload, Rollout } from '../model/rollout.ts'
import type { SyncEdit } from '../model/sync.ts'
import type { Task } from './task.ts'

/** All that devloop knows at one moment. Never changed in place: `reduce` makes the next one. */
export interface State {
  readonly project: Project
  readonly images: ReadonlyMap<string, ImageState>
  readonly services: ReadonlyMap<string, ServiceState>
  /** Services that the Devfile no longer has, or that are disabled, and whose objects are still to be deleted. */
  readonly departed: ReadonlyMap<string, Departed>
  readonly tasks: ReadonlyMap<string, RunningTask>
  readonly cluster: ClusterState
  /** How many clusters there were before this one: what an earlier one was given is not in it. */
  readonly clusterEpoch: number
  /** Uids of the project's pods that were in the cluster before this devloop gave it anything. */
  readonly existingPods: ReadonlySet<string>
  /** Why the newest Devfile cannot be used; the last good one is running. */
  readonly devfileFailures: readonly Failure[]
  /** Why files are not watched as they should be. */
  readonly watchFailure?: Failure
  readonly stopping: boolean
  /** Changes are collected, and nothing is started. */
  readonly paused: boolean
  /** Task ids count up from here. */
  readonly nextTask: number
}

export type ClusterState =
  | { readonly phase: 'connecting' }
  | { readonly phase: 'connected'; readonly context: string; readonly provider: string }
  | { readonly phase: 'lost'; readonly failure: Failure }

/** What made work necessary, for people: a file, or another reason in words. */
export type Cause =
  | { readonly kind: 'start' }
  | {
      readonly kind: 'file'
      readonly path: string
      readonly change: FileChange['kind']
      /** Why it needs a new image, in a sentence. */
      readonly reason?: string
    }
  /** Running containers could not be given changed files. */
  | { readonly kind: 'unsynced' }
  | { readonly kind: 'base'; readonly ref: string }
  | { readonly kind: 'devfile' }
  /** Another cluster answers, which has nothing of the project. */
  | { readonly kind: 'cluster' }
  | { readonly kind: 'asked' }

/**
 * One image. `revision` grows with every reason to make it anew; what carries a lower number is out of date.
 *
 *   changed ──> (inspect) ──> inspected ──> (build) ──> built ──> (load) ──> loaded
 *                                              └──────> failed
 */
export interface ImageState {
  readonly ref: string
  readonly revision: number
  /** Why it is to be made anew: all since the last good build, the oldest first, bounded. */
  readonly causes: readonly Cause[]
  /**
   * Images of this project that it is made from, as of `revision`, whether files of its containers can be changed, and
   * whether some of them come from a compiler on this machine.
   */
  readonly inspected?: {
    readonly revision: number
    readonly bases: readonly string[]
    readonly canSync: boolean
    readonly canCompile: boolean
  }
  /** The last good build, which may be older than `revision`. */
  readonly built?: { readonly revision: number; readonly reference: string }
  /** How the newest of its builds that was to go into the cluster came there. */
  readonly loaded?: Load
  /** The last build that failed. */
  readonly failed?: { readonly revision: number; readonly failure: Failure }
  /** What its running containers are given in place of a new build. */
  readonly edits: ImageEdits
  /** Where a compiler makes of changed sources what they are given. */
  readonly compilation: Compilation
  /** Why they cannot be given files, found when it was tried; every change makes a new image then. */
  readonly unsyncable?: Failure
}

/** One build that was brought to where a cluster finds it, or could not be. */
export interface Load {
  /** As the engine has it. */
  readonly reference: string
  readonly clusterEpoch: number
  readonly outcome: { readonly podReference: string } | { readonly failure: Failure }
}

export interface Compilation {
  /** Counts up with every change of sources. */
  readonly wanted: number
  /** What running containers are given, or the image itself, holds all changes up to this one. */
  readonly done: number
  readonly failed?: { readonly version: number; readonly failure: Failure }
  /** Why the compiler is to run: all since it last ended well, the oldest first, bounded. */
  readonly causes: readonly Cause[]
}

/** Files that changed since the last good build, and that running containers can be given. */
export interface ImageEdits {
  /** That of the newest edit. */
  readonly version: number
  /** Of the last good build: a container that starts from it has all edits up to here. */
  readonly base: number
  /** By host path, the newest last. */
  readonly byPath: ReadonlyMap<string, SyncEdit>
}

/** What one running container was given. */
export interface InstanceState {
  /** It has all edits up to this one. */
  readonly version: number
  /** How often its process was started anew in place. */
  readonly restarts: number
  /** Its process ended, and the container waits for an edit that mends it. */
  readonly failure?: Failure
}

/**
 * One service.
 *
 *   changed ──> (read) ──> read ──> (apply) ──> applied ──> rollout ──> live
 *                  └─> readFailed      └─> applyFailed         └─> rollout failed
 */
export interface ServiceState {
  readonly name: string
  /** The user wants it out of the cluster until further notice. */
  readonly isDisabled: boolean
  /** Grows with every change of its manifests. */
  readonly revision: number
  /** What its manifests say, as of the last good read. */
  readonly read?: ReadManifests & { readonly revision: number }
  readonly readFailed?: { readonly revision: number; readonly failure: Failure }
  /** What the cluster was given last. */
  readonly applied?: { readonly key: string; readonly workloads: readonly AppliedWorkload[] }
  readonly applyFailed?: { readonly key: string; readonly failure: Failure }
  /** Of the newest apply; absent until something of it was seen. */
  readonly rollout?: Rollout
  /** Running containers that were given files, by their ids. */
  readonly instances: ReadonlyMap<string, InstanceState>
  readonly forwards: readonly ForwardStatus[]
  /** It has been live at least once, so what depends on it may start. */
  readonly wasLive: boolean
  /** The change that is under way, from its first cause until it is live or failed. */
  readonly change?: Change
  /** The last change that went live. */
  readonly lastLive?: { readonly causes: readonly Cause[]; readonly tookMs: number; readonly at: number }
}

export interface Change {
  /** Milliseconds since the epoch: when the first of its causes came. */
  readonly since: number
  readonly causes: readonly Cause[]
}

export interface ReadManifests {
  /** Of all objects, before images are filled in. */
  readonly digest: string
  /** References (as in the Devfile) of this project's images that the objects name. */
  readonly images: readonly string[]
}

export interface Departed {
  readonly failure?: Failure
}

export interface RunningTask {
  readonly task: Task
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  /** It was told to end and has not ended yet. */
  readonly isCancelled: boolean
}

/** At most this many causes are kept of one change; the rest is counted by nobody. */
export const maxCauses = 200

/**
 * What the cluster should be given of a service: its manifests with the newest good builds of its images. Two equal
 * keys are the same objects. Absent while the manifests or an image are missing.
 */
export function desiredKey(state: State, service: ServiceState): string | undefined {
  if (!service.read) return undefined
  const references: string[] = []
  for (const ref of service.read.images) {
    const image = state.images.get(ref)
    const build = image && loadedBuild(state, image)
    if (build === undefined) return undefined
    references.push(build.podReference)
  }
  return [state.clusterEpoch, service.read.digest, ...references].join(' ')
}

/** The image's newest revision is neither built nor failed yet. */
export function isBuildPending(image: ImageState): boolean {
  return image.built?.revision !== image.revision && image.failed?.revision !== image.revision
}

/** What pods are to run of the image is still being made, or brought to where the cluster finds it. */
export function isPending(state: State, image: ImageState): boolean {
  return isBuildPending(image) || isLoadDue(state, image)
}

/** Nobody wants its objects in the cluster: the Devfile no longer has it, or it is disabled. */
export function isUnwanted({ services }: State, name: string): boolean {
  return services.get(name)?.isDisabled !== false
}

/** Only what pods run goes into the cluster, and not what other images are made from. */
export function isLoadDue(state: State, image: ImageState): boolean {
  const isMissing = image.built !== undefined && !isBuildPending(image) && !newestLoad(state, image)
  return (
    isMissing &&
    [...state.services.values()].some(
      ({ read, isDisabled }) => !isDisabled && read?.images.includes(image.ref),
    )
  )
}

/** The last good build, where the cluster of the moment has it. */
export function loadedBuild(state: State, image: ImageState): ImageBuild | undefined {
  const load = newestLoad(state, image)
  if (!load || 'failure' in load.outcome) return undefined
  return { reference: load.reference, podReference: load.outcome.podReference }
}

/** Why the last good build could not be brought into the cluster. */
export function loadFailure(state: State, image: ImageState): Failure | undefined {
  const load = newestLoad(state, image)
  return load && 'failure' in load.outcome ? load.outcome.failure : undefined
}

/** That of the last good build into the cluster of the moment. */
function newestLoad({ clusterEpoch }: State, { loaded, built }: ImageState): Load | undefined {
  const isNewest = loaded?.reference === built?.reference && loaded?.clusterEpoch === clusterEpoch
  return isNewest ? loaded : undefined
}

/** Images that some enabled service needs, directly or as a base; nothing else is built. */
export function neededImages(state: State): ReadonlySet<string> {
  const needed = new Set<string>()
  const visit = (ref: string) => {
    if (needed.has(ref)) return
    needed.add(ref)
    for (const base of state.images.get(ref)?.inspected?.bases ?? []) visit(base)
  }
  for (const { read, isDisabled } of state.services.values()) {
    if (!isDisabled) for (const ref of read?.images ?? []) visit(ref)
  }
  return needed
}
