import type { StoredObject } from '../store/object-store.ts'
import type { Condition } from './conditions.ts'
import type { ObjectReference } from './workloads.ts'

/** The fields of the other kinds that the controllers and the kubelet act on. */

export interface Namespace extends StoredObject {
  readonly spec?: { readonly finalizers?: readonly string[] }
  readonly status?: { readonly phase?: 'Active' | 'Terminating'; readonly conditions?: readonly Condition[] }
}

export interface Node extends StoredObject {
  readonly spec?: { readonly unschedulable?: boolean; readonly taints?: readonly Taint[] }
  readonly status?: {
    readonly allocatable?: Readonly<Record<string, string>>
    readonly [field: string]: unknown
  }
}

export interface Taint {
  readonly key: string
  readonly value?: string
  readonly effect: string
}

export interface ConfigMap extends StoredObject {
  readonly data?: Readonly<Record<string, string>>
  /** In base64. */
  readonly binaryData?: Readonly<Record<string, string>>
}

export interface Secret extends StoredObject {
  /** In base64. */
  readonly data?: Readonly<Record<string, string>>
  readonly type?: string
}

export interface Service extends StoredObject {
  readonly spec: {
    readonly type?: string
    readonly clusterIP?: string
    readonly selector?: Readonly<Record<string, string>>
    readonly ports?: readonly ServicePort[]
    readonly publishNotReadyAddresses?: boolean
  }
}

export interface ServicePort {
  readonly name?: string
  readonly port: number
  readonly targetPort?: number | string
  readonly protocol?: string
  readonly appProtocol?: string
}

export interface Endpoints extends StoredObject {
  readonly subsets?: readonly EndpointSubset[]
}

export interface EndpointSubset {
  readonly addresses?: readonly EndpointAddress[]
  readonly notReadyAddresses?: readonly EndpointAddress[]
  readonly ports?: readonly EndpointPort[]
}

export interface EndpointAddress {
  readonly ip: string
  readonly hostname?: string
  readonly nodeName?: string
  readonly targetRef?: ObjectReference
}

export interface EndpointPort {
  readonly name?: string
  readonly port: number
  readonly protocol?: string
  readonly appProtocol?: string
}

export interface EndpointSlice extends StoredObject {
  readonly addressType: string
  readonly endpoints: readonly {
    readonly addresses: readonly string[]
    readonly conditions?: {
      readonly ready?: boolean
      readonly serving?: boolean
      readonly terminating?: boolean
    }
    readonly hostname?: string
    readonly nodeName?: string
    readonly targetRef?: ObjectReference
  }[]
  readonly ports?: readonly EndpointPort[]
}

export interface PersistentVolumeClaim extends StoredObject {
  readonly spec: {
    readonly accessModes?: readonly string[]
    readonly resources?: { readonly requests?: { readonly storage?: string } }
    readonly storageClassName?: string
    readonly volumeName?: string
    readonly volumeMode?: string
  }
  readonly status?: { readonly phase?: string; readonly [field: string]: unknown }
}

export interface PersistentVolume extends StoredObject {
  readonly spec: {
    readonly accessModes?: readonly string[]
    readonly capacity?: { readonly storage?: string }
    readonly storageClassName?: string
    readonly claimRef?: ObjectReference
    readonly hostPath?: { readonly path: string }
    readonly local?: { readonly path: string }
    readonly persistentVolumeReclaimPolicy?: string
  }
  readonly status?: { readonly phase?: string }
}

export interface Event extends StoredObject {
  readonly involvedObject: ObjectReference
  readonly reason?: string
  readonly message?: string
  readonly type?: string
  readonly count?: number
  readonly lastTimestamp?: string
}
