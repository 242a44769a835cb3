import type { ImageBuild } from '../model/image.ts'
import type { ContainerInstance } from '../model/sync.ts'

/** One action that is planned or running. At most one task of a subject runs at a time. */
export type Task =
  | InspectTask
  | BuildTask
  | LoadTask
  | CompileTask
  | ReadTask
  | ApplyTask
  | SyncTask
  | DeleteTask

/** Finds out what an image is made from. */
export interface InspectTask {
  readonly id: string
  readonly kind: 'inspect'
  readonly image: string
  readonly revision: number
}

/** Makes an image. */
export interface BuildTask {
  readonly id: string
  readonly kind: 'build'
  readonly image: string
  readonly revision: number
  /** The newest builds of its bases: Devfile reference to full reference. */
  readonly bases: ReadonlyMap<string, string>
  /** The user asks for it, whether something has changed or not. */
  readonly isForced: boolean
}

/** Brings a build to where the cluster finds it. */
export interface LoadTask {
  readonly id: string
  readonly kind: 'load'
  readonly image: string
  /** As the engine has it. */
  readonly reference: string
  /** Of `State.clusterEpoch`. */
  readonly clusterEpoch: number
}

/** Makes of changed sources what running containers are given in place of a new image. */
export interface CompileTask {
  readonly id: string
  readonly kind: 'compile'
  readonly image: string
  /** Of the sources, as `Compilation.wanted` counts their changes. */
  readonly version: number
}

/** Reads a service's manifests. */
export interface ReadTask {
  readonly id: string
  readonly kind: 'read'
  readonly service: string
  readonly revision: number
}

/** Gives a service's objects to the cluster. */
export interface ApplyTask {
  readonly id: string
  readonly kind: 'apply'
  readonly service: string
  readonly key: string
  /** The images to fill in, by their Devfile references. */
  readonly images: ReadonlyMap<string, ImageBuild>
}

/** Gives changed files to one running container, and makes them live there. */
export interface SyncTask {
  readonly id: string
  readonly kind: 'sync'
  readonly service: string
  readonly image: string
  readonly instance: ContainerInstance
  /** It has all edits up to this one; `unknownVersion` where it may hold anything. */
  readonly from: number
  /** It is to have all edits up to this one. */
  readonly to: number
  /** Its process has ended, and is to be started again whatever the edits ask for. */
  readonly isEnded: boolean
}

/** Takes a service out of the cluster that the Devfile no longer has, or that is disabled. */
export interface DeleteTask {
  readonly id: string
  readonly kind: 'delete'
  readonly service: string
  /** It may come back: what holds data stays. */
  readonly isDisabled: boolean
}

/** What a task works on: tasks of one subject never run side by side. */
export function subjectOf(task: Task): string {
  switch (task.kind) {
    case 'inspect':
    case 'build':
    case 'load':
    case 'compile':
      return `image:${task.image}`
    case 'read':
    case 'apply':
    case 'delete':
      return `service:${task.service}`
    case 'sync':
      return `instance:${task.instance.id}`
    default:
      return task satisfies never
  }
}
