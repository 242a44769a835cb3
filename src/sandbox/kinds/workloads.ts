import type { StoredObject } from '../store/object-store.ts'
import type { Condition } from './conditions.ts'
import type { PodTemplate } from './pod.ts'
import type { LabelSelector } from './selector.ts'

/** The fields of the workload kinds that their controllers act on; defaults are filled in by admission. */

/** A number, or a percentage of the replicas. */
export type IntOrPercent = number | string

export interface Deployment extends StoredObject {
  readonly spec: {
    readonly replicas: number
    readonly selector: LabelSelector
    readonly template: PodTemplate
    readonly strategy: {
      readonly type: 'Recreate' | 'RollingUpdate'
      readonly rollingUpdate?: { readonly maxSurge: IntOrPercent; readonly maxUnavailable: IntOrPercent }
    }
    readonly minReadySeconds?: number
    readonly revisionHistoryLimit?: number
    readonly progressDeadlineSeconds?: number
    readonly paused?: boolean
  }
  readonly status?: {
    readonly observedGeneration?: number
    readonly replicas?: number
    readonly updatedReplicas?: number
    readonly readyReplicas?: number
    readonly availableReplicas?: number
    readonly unavailableReplicas?: number
    readonly collisionCount?: number
    readonly conditions?: readonly Condition[]
  }
}

export interface ReplicaSet extends StoredObject {
  readonly spec: {
    readonly replicas: number
    readonly selector: LabelSelector
    readonly template: PodTemplate
    readonly minReadySeconds?: number
  }
  readonly status?: {
    readonly observedGeneration?: number
    readonly replicas: number
    readonly fullyLabeledReplicas?: number
    readonly readyReplicas?: number
    readonly availableReplicas?: number
    readonly conditions?: readonly Condition[]
  }
}

export interface StatefulSet extends StoredObject {
  readonly spec: {
    readonly replicas: number
    readonly selector: LabelSelector
    readonly template: PodTemplate
    readonly serviceName?: string
    readonly podManagementPolicy?: 'OrderedReady' | 'Parallel'
    readonly updateStrategy?: {
      readonly type?: 'RollingUpdate' | 'OnDelete'
      readonly rollingUpdate?: { readonly partition?: number }
    }
    readonly volumeClaimTemplates?: readonly {
      readonly metadata: {
        readonly name: string
        readonly labels?: Readonly<Record<string, string>>
        readonly annotations?: Readonly<Record<string, string>>
      }
      readonly spec: Readonly<Record<string, unknown>>
    }[]
    readonly minReadySeconds?: number
    readonly revisionHistoryLimit?: number
    readonly ordinals?: { readonly start?: number }
  }
  readonly status?: {
    readonly observedGeneration?: number
    readonly replicas: number
    readonly currentRevision?: string
    readonly updateRevision?: string
    readonly [field: string]: unknown
  }
}

export interface DaemonSet extends StoredObject {
  readonly spec: {
    readonly selector: LabelSelector
    readonly template: PodTemplate
    readonly updateStrategy?: {
      readonly type?: 'RollingUpdate' | 'OnDelete'
      readonly rollingUpdate?: { readonly maxSurge?: IntOrPercent }
    }
    readonly minReadySeconds?: number
    readonly revisionHistoryLimit?: number
  }
  readonly status?: {
    readonly currentNumberScheduled: number
    readonly desiredNumberScheduled: number
    readonly numberMisscheduled: number
    readonly numberReady: number
    readonly numberAvailable?: number
    readonly numberUnavailable?: number
    readonly updatedNumberScheduled?: number
    readonly observedGeneration?: number
  }
}

export interface ControllerRevision extends StoredObject {
  readonly revision: number
  readonly data: Readonly<Record<string, unknown>>
}

export interface Job extends StoredObject {
  readonly spec: JobSpec
  readonly status?: JobStatus
}

export interface JobSpec {
  readonly template: PodTemplate
  readonly selector?: LabelSelector
  readonly completions?: number
  readonly parallelism?: number
  readonly backoffLimit?: number
  readonly activeDeadlineSeconds?: number
  readonly ttlSecondsAfterFinished?: number
  readonly completionMode?: 'NonIndexed' | 'Indexed'
  readonly suspend?: boolean
  readonly [field: string]: unknown
}

export interface JobStatus {
  readonly startTime?: string
  readonly completionTime?: string
  readonly active?: number
  readonly ready?: number
  readonly succeeded?: number
  readonly failed?: number
  readonly completedIndexes?: string
  readonly conditions?: readonly Condition[]
}

export interface CronJob extends StoredObject {
  readonly spec: {
    readonly schedule: string
    readonly timeZone?: string
    readonly suspend?: boolean
    readonly concurrencyPolicy?: 'Allow' | 'Forbid' | 'Replace'
    readonly startingDeadlineSeconds?: number
    readonly successfulJobsHistoryLimit?: number
    readonly failedJobsHistoryLimit?: number
    readonly jobTemplate: {
      readonly metadata?: {
        readonly labels?: Readonly<Record<string, string>>
        readonly annotations?: Readonly<Record<string, string>>
      }
      readonly spec: JobSpec
    }
  }
  readonly status?: {
    readonly active?: readonly ObjectReference[]
    readonly lastScheduleTime?: string
    readonly lastSuccessfulTime?: string
  }
}

export interface ObjectReference {
  readonly apiVersion?: string
  readonly kind?: string
  readonly name?: string
  readonly namespace?: string
  readonly uid?: string
  readonly resourceVersion?: string
  readonly fieldPath?: string
}
