import type { Failure } from './failure.ts'

/** What was applied of a service, as far as it must become ready: what an observer looks for. */
export interface AppliedWorkload {
  readonly apiVersion: string
  readonly kind: string
  readonly namespace: string
  readonly name: string
  /** The digest in `templateAnnotation` of the applied pod template: pods that carry it are the new ones. */
  readonly template: string
  /** `metadata.generation` that the server gave it. */
  readonly generation: number
  /** Where it was written, for messages: absolute file and 1-based line. */
  readonly source: { readonly file: string; readonly line: number }
}

/** How far a service's newest apply has come in the cluster. */
export interface Rollout {
  readonly phase: /** Nothing of it has pods, and so nothing is to be waited for. */
    | 'none'
    | 'progressing'
    /** Every workload has all its wanted pods, new and ready. */
    | 'ready'
    | 'failed'
  readonly wanted: number
  /** New pods that are ready. */
  readonly ready: number
  readonly pods: readonly Pod[]
  /** Why it is `failed`, or what troubles it while it is `progressing`. */
  readonly failure?: Failure
}

export interface Pod {
  readonly namespace: string
  readonly name: string
  readonly uid: string
  /** `Deployment/web`, or the pod itself where it has no owner. */
  readonly workload: string
  /** It carries the newest applied template. */
  readonly isNew: boolean
  readonly isReady: boolean
  readonly isTerminating: boolean
  readonly restarts: number
  /** In a person's words, lower case: `starting`, `running`, `crashed (exit code 1)`. */
  readonly word: string
  readonly labels: Readonly<Record<string, string>>
  readonly containers: readonly PodContainer[]
  /** All containers that have started, in the order in which they do, those that only prepare the pod too. */
  readonly logged: readonly LoggedContainer[]
}

/** A container that runs as long as its pod: sidecars are among them, other init containers are not. */
export interface PodContainer {
  readonly name: string
  /** The reference that the pod was made with. */
  readonly image: string
  /** The runtime's id of it while it runs. */
  readonly runningId?: string
  readonly ports: readonly { readonly name?: string; readonly port: number }[]
}

/** A container as far as its log goes. */
export interface LoggedContainer {
  readonly name: string
  /** How many instances of it were started so far, at least one. Each has a log of its own; the node keeps that of the newest two. */
  readonly started: number
  /** The newest instance has not ended. */
  readonly isRunning: boolean
}
