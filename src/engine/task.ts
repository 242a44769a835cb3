import type { ContainerInstance } from '../model/sync.ts'

/** One action that is planned or running. At most one task of a subject runs at a time. */
export type Task = InspectTask | BuildTask | ReadTask | ApplyTask | SyncTask | DeleteTask

/** Finds out what an image is made from. */
export interface InspectTask {
  readonly id: string
  readonly kind: 'inspect'
  readonly image: string
  readonly revision: number
}

/** Makes an image and brings it to where the cluster finds it. */
export interface BuildTask {
  readonly id: string
  readonly kind: 'build'
  readonly image: string
  readonly revision: number
  /** The newest builds of its bases: Devfile reference to full reference. */
  readonly bases: ReadonlyMap<string, string>
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
  /** Devfile reference to full reference of each image to fill in. */
  readonly images: ReadonlyMap<string, string>
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

/** Takes a service that the Devfile no longer has out of the cluster. */
export interface DeleteTask {
  readonly id: string
  readonly kind: 'delete'
  readonly service: string
}

/** What a task works on: tasks of one subject never run side by side. */
export function subjectOf(task: Task): string {
  switch (task.kind) {
    case 'inspect':
    case 'build':
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
