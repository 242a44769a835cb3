import type { Failure } from '../model/failure.ts'
import type { FileChange } from '../model/files.ts'
import type { ForwardStatus } from '../model/forward.ts'
import type { Project } from '../model/project.ts'
import type { AppliedWorkload, Rollout } from '../model/rollout.ts'
import type { FileEdit, SyncDecision } from '../model/sync.ts'
import type { ReadManifests } from './state.ts'
import type { Task } from './task.ts'

/** All that can happen, as facts that the stages report. `at` is in milliseconds since the epoch. */
export type Event = { readonly at: number } & (
  | ProjectReloaded
  | DevfileBroken
  | FilesChanged
  | WatchFailed
  | ClusterConnected
  | ClusterLost
  | TaskStarted
  | TaskCancelled
  | TaskOutput
  | TaskEnded
  | RolloutSeen
  | ProcessEnded
  | ForwardSeen
  | EnvironmentMended
  | TriggerAsked
  | PauseAsked
  | ResumeAsked
  | DisableAsked
  | EnableAsked
  | StopAsked
)

/** The Devfile changed, and is good. */
export interface ProjectReloaded {
  readonly type: 'project-reloaded'
  readonly project: Project
  /** References of images whose definition changed. */
  readonly changedImages: readonly string[]
  /** Names of services whose manifests or images changed by definition. */
  readonly changedServices: readonly string[]
}

/** The Devfile changed, and cannot be used; the last good one stays. */
export interface DevfileBroken {
  readonly type: 'devfile-broken'
  readonly failures: readonly Failure[]
}

/** Files of images or manifests changed. */
export interface FilesChanged {
  readonly type: 'files-changed'
  readonly changes: readonly FileChange[]
  /** By image and path, what a change asks for; where nothing is said the image is made anew. */
  readonly decisions: ReadonlyMap<string, ReadonlyMap<string, SyncDecision>>
}

/** Files cannot be watched as they should be. */
export interface WatchFailed {
  readonly type: 'watch-failed'
  readonly failure: Failure
}

/** The cluster answers, for the first time or again. */
export interface ClusterConnected {
  readonly type: 'cluster-connected'
  readonly context: string
  readonly provider: string
  /** It was made anew, or is another one: nothing that was applied is in it. */
  readonly isAnother: boolean
  /** Uids of the project's pods that are in it. */
  readonly pods: readonly string[]
}

/** The cluster does not answer. */
export interface ClusterLost {
  readonly type: 'cluster-lost'
  readonly failure: Failure
}

/** The loop started a task. */
export interface TaskStarted {
  readonly type: 'task-started'
  readonly task: Task
}

/** The loop told a running task to end; it has not ended yet. */
export interface TaskCancelled {
  readonly type: 'task-cancelled'
  readonly task: Task
}

/** A running task's tool printed a line. Changes no state: readers of the feed show or keep it. */
export interface TaskOutput {
  readonly type: 'task-output'
  readonly task: Task
  readonly line: string
}

/** A task ended, in the one way that `outcome` says. */
export interface TaskEnded {
  readonly type: 'task-ended'
  readonly task: Task
  readonly outcome: TaskOutcome
  readonly tookMs: number
}

/** The cluster showed something new of a service's newest apply. */
export interface RolloutSeen {
  readonly type: 'rollout-seen'
  readonly service: string
  readonly rollout: Rollout
}

/** The process of a running container ended after a restart in place; the container waits for an edit that mends it. */
export interface ProcessEnded {
  readonly type: 'process-ended'
  readonly service: string
  /** The container instance's id. */
  readonly instance: string
  readonly failure: Failure
}

/** A port rule's state changed. */
export interface ForwardSeen {
  readonly type: 'forward-seen'
  readonly service: string
  readonly forwards: readonly ForwardStatus[]
}

/** A tool or engine that was missing is there now: what failed for the want of it may be tried again. */
export interface EnvironmentMended {
  readonly type: 'environment-mended'
  readonly codes: readonly Failure['code'][]
}

/** The user asks for a service to be made anew. */
export interface TriggerAsked {
  readonly type: 'trigger-asked'
  readonly service: string
}

/** The user asks that changes are collected and nothing is started. What runs comes to its end. */
export interface PauseAsked {
  readonly type: 'pause-asked'
}

/** The user asks that everything that was collected is made live. */
export interface ResumeAsked {
  readonly type: 'resume-asked'
}

/** The user asks for a service to be taken out of the cluster, and left alone. */
export interface DisableAsked {
  readonly type: 'disable-asked'
  readonly service: string
}

/** The user asks for a disabled service to be made live again. */
export interface EnableAsked {
  readonly type: 'enable-asked'
  readonly service: string
}

/** devloop ends: nothing is started any more. */
export interface StopAsked {
  readonly type: 'stop-asked'
}

export type TaskOutcome =
  | { readonly status: 'succeeded'; readonly result: TaskResult }
  | { readonly status: 'failed'; readonly failure: Failure }
  | { readonly status: 'cancelled' }

export type TaskResult =
  /** `bases` are references of this project's images. */
  | {
      readonly kind: 'inspect'
      readonly bases: readonly string[]
      readonly canSync: boolean
      readonly canCompile: boolean
    }
  /** `isCached`: the engine had an image of the same inputs, and nothing was built. */
  | { readonly kind: 'build'; readonly reference: string; readonly isCached: boolean }
  /** `podReference` is what pods name it by. */
  | { readonly kind: 'load'; readonly podReference: string }
  /** `edits` are what the compiler changed. */
  | { readonly kind: 'compile'; readonly edits: readonly FileEdit[] }
  | { readonly kind: 'read'; readonly manifests: ReadManifests }
  | {
      readonly kind: 'apply'
      readonly workloads: readonly AppliedWorkload[]
      /** Objects that had to be deleted and made anew, because a field of theirs cannot change. */
      readonly recreated: readonly string[]
    }
  | {
      readonly kind: 'sync'
      /** How many files were written or deleted. */
      readonly files: number
      readonly isRestarted: boolean
    }
  | { readonly kind: 'delete'; readonly deleted: number }
