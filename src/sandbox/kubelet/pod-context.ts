import type { Result } from '../../model/result.ts'
import type { EventRecorder } from '../kinds/events.ts'
import type { KindStore } from '../kinds/kind-store.ts'
import type { Pod } from '../kinds/pod.ts'
import type { ContainerRuntime, PodNamespaces } from '../runtime/container-runtime.ts'
import type { PodAddresses } from './fields.ts'
import type { IssueToken } from './volume-content.ts'
import type { PodVolumes } from './volumes.ts'
import type { Wakeups } from './wakeups.ts'

/** What the kubelet needs of its surroundings. */
export interface KubeletOptions {
  readonly runtime: ContainerRuntime
  readonly images: ImageSource
  readonly issueToken: IssueToken
  /** Absolute: volumes and logs of pods are in it. */
  readonly folder: string
  readonly nodeName: string
  readonly hostIp: string
  /** Where pods ask for names. */
  readonly dnsServer: string
}

/** Where images come from: in the sandbox nothing is pulled. */
export interface ImageSource {
  /** @returns why a container cannot be made from it, where there is no such image */
  ensure(reference: string, signal: AbortSignal): Promise<Result<unknown>>
  /** Settles when next an image gets a name. */
  readonly next: Promise<void>
}

/** What one container needs of its pod. */
export interface PodContext {
  readonly store: KindStore
  readonly options: KubeletOptions
  readonly events: EventRecorder
  readonly namespaces: PodNamespaces
  readonly addresses: PodAddresses
  readonly volumes: PodVolumes
  /** Absolute, of this pod alone. */
  readonly folder: string
  /** Something that a container was refused for may be there now. */
  readonly wakeups: Wakeups
  /** As it is wanted now. */
  pod(): Pod
  /** The state of a container has changed. */
  changed(): void
}
