import type { Failure } from '../model/failure.ts'
import type { ContainerInstance } from '../model/sync.ts'
import { type ImageState, isBuildPending, loadedBuild, type ServiceState, type State } from './state.ts'

/** A running container of an image of this project, and what it holds of the files that changed since the build. */
export interface SyncedInstance {
  readonly instance: ContainerInstance
  readonly image: ImageState
  /** Of `ImageEdits.version`: all edits up to it are in the container. */
  readonly version: number
  /** Why its process ended, where it did and waits for an edit that mends it. */
  readonly failure?: Failure
}

/** It may hold anything: an earlier devloop had to do with it. */
export const unknownVersion = -1

/** The running containers of a service that are made from the newest build of their image. */
export function instancesOf(state: State, service: ServiceState): readonly SyncedInstance[] {
  const images = new Map(
    [...state.images.values()].map(image => [loadedBuild(state, image)?.podReference, image]),
  )
  const found: SyncedInstance[] = []
  for (const pod of service.rollout?.pods ?? []) {
    if (!pod.isNew || pod.isTerminating) continue
    for (const { name, image: reference, runningId } of pod.containers) {
      const image = images.get(reference)
      if (!image || runningId === undefined) continue
      const id = `${pod.uid}/${name}/${runningId}`
      const isOfOthers = state.existingPods.has(pod.uid) && image.inspected?.canSync === true
      const known = service.instances.get(id)
      found.push({
        instance: { id, namespace: pod.namespace, pod: pod.name, container: name },
        image,
        version: known?.version ?? (isOfOthers ? unknownVersion : image.edits.base),
        ...(known?.failure && { failure: known.failure }),
      })
    }
  }
  return found
}

/** It is to be given files before it runs what is on disk. */
export function isBehind({ version, image }: SyncedInstance): boolean {
  return !isBuildPending(image) && !image.unsyncable && version < image.edits.version
}
