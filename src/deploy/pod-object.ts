import type { KubeObject } from '../model/kube.ts'

/** A pod as the API gives it, as far as devloop looks into it (core/v1, all fields that may be absent are optional). */
export interface PodObject extends KubeObject {
  spec: PodSpec
  status?: PodStatus
}

interface PodSpec {
  containers: ContainerSpec[]
  initContainers?: ContainerSpec[]
  restartPolicy?: 'Always' | 'OnFailure' | 'Never'
  nodeSelector?: Record<string, string>
  volumes?: Volume[]
}

export interface ContainerSpec {
  name: string
  image?: string
  /** Only of init containers: `Always` makes a sidecar of it. */
  restartPolicy?: 'Always'
  ports?: { name?: string; containerPort: number; hostPort?: number }[]
  resources?: { requests?: Record<string, string>; limits?: Record<string, string> }
  readinessProbe?: Probe
  livenessProbe?: Probe
  startupProbe?: Probe
}

export interface Probe {
  httpGet?: { path?: string; port: number | string }
  tcpSocket?: { port: number | string }
  grpc?: { port: number }
  exec?: { command: string[] }
  timeoutSeconds?: number
}

interface Volume {
  name: string
  configMap?: { name: string }
  secret?: { secretName: string }
  persistentVolumeClaim?: { claimName: string }
  hostPath?: { path: string }
}

interface PodStatus {
  phase?: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown'
  reason?: string
  message?: string
  conditions?: Condition[]
  initContainerStatuses?: ContainerStatus[]
  containerStatuses?: ContainerStatus[]
}

export interface Condition {
  type: string
  status: 'True' | 'False' | 'Unknown'
  reason?: string
  message?: string
}

export interface ContainerStatus {
  name: string
  ready: boolean
  restartCount: number
  image: string
  /** Of the newest instance, absent before the first. */
  containerID?: string
  /** Exactly one is there; none means `waiting`. */
  state: ContainerState
  /** How the instance before this one ended; empty for the first. */
  lastState: ContainerState
}

interface ContainerState {
  waiting?: { reason?: string; message?: string }
  running?: { startedAt: string }
  terminated?: Terminated
}

export interface Terminated {
  exitCode: number
  reason?: string
  message?: string
  startedAt?: string
  finishedAt?: string
  /** Absent where the container could not even be made. */
  containerID?: string
}

export function conditionOf(
  object: { status?: { conditions?: Condition[] } },
  type: string,
): Condition | undefined {
  return object.status?.conditions?.find(condition => condition.type === type)
}
