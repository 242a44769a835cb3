import type { EventRecorder } from '../kinds/events.ts'
import type { Pod } from '../kinds/pod.ts'
import type { PodNamespaces } from '../runtime/container-runtime.ts'
import { pause } from './pause.ts'
import type { KubeletOptions } from './pod-context.ts'
import { podSpecOf } from './pod-spec.ts'
import type { PodVolumes } from './volumes.ts'
import type { Wakeups } from './wakeups.ts'

/** What a pod needs before its containers. */
export interface PodSetup {
  readonly options: KubeletOptions
  readonly events: EventRecorder
  readonly volumes: PodVolumes
  /** Something that the pod refers to may have changed. */
  readonly wakeups: Wakeups
  readonly signal: AbortSignal
  /** As it is wanted now. */
  pod(): Pod
}

/** At the latest then something that was missing is looked for again, though nothing seems to have changed. */
const longestWaitMs = 60_000
const firstPauseMs = 1_000

/** Waits until all volumes are there. @returns false where the pod is not wanted any more */
export async function prepareVolumes({ events, volumes, wakeups, signal, pod }: PodSetup): Promise<boolean> {
  while (!signal.aborted) {
    const change = wakeups.next
    const prepared = await volumes.prepare(pod())
    if (prepared.ok) return true
    const { volume, why } = prepared.failure
    events.warning(pod(), 'FailedMount', `MountVolume.SetUp failed for volume "${volume}" : ${why}`)
    await pause(longestWaitMs, signal, change)
  }
  return false
}

/** Brings volumes from the API to what it has, until the pod is not wanted any more. */
export async function followVolumes({ volumes, wakeups, signal, pod }: PodSetup): Promise<void> {
  for (;;) {
    const change = wakeups.next
    // What is missing now was there before: the files stay as they were.
    await volumes.prepare(pod())
    await pause(longestWaitMs, signal, change)
    if (signal.aborted) return
  }
}

/** @returns undefined where the pod is not wanted any more */
export async function createNamespaces({
  options,
  events,
  signal,
  pod,
}: PodSetup): Promise<PodNamespaces | undefined> {
  for (let pauseMs = firstPauseMs; !signal.aborted; pauseMs = Math.min(pauseMs * 2, longestWaitMs)) {
    const created = await options.runtime.createPod(podSpecOf(pod(), options))
    if (created.ok) return created.value
    const { message, why } = created.failure
    const text = why === undefined ? message : `${message}: ${why}`
    events.warning(pod(), 'FailedCreatePodSandBox', `Failed to create pod sandbox: ${text}`)
    await pause(pauseMs, signal)
  }
  return undefined
}
