import type { Duplex, Readable, Writable } from 'node:stream'
import type { Closable } from '../../util/scope.ts'
import type { StoreResult } from '../store/object-store.ts'

/**
 * What is done with the processes of a pod: the API serves it, the kubelet does it. A pod and a container that are asked for
 * are there, as objects; that the container does not run is a failure. Every call ends when its signal is aborted, and what it
 * has opened is closed then.
 */
export interface PodStreams {
  /** What a container has written, as it is sent to the client. With `isFollowed` it ends with the container. */
  log(request: LogRequest, signal: AbortSignal): Promise<StoreResult<Readable>>
  /** A process of its own in a container. That there is no such program is a failure. */
  exec(request: ExecRequest, signal: AbortSignal): Promise<StoreResult<PodProcess>>
  /** The container's own process. */
  attach(request: AttachRequest, signal: AbortSignal): Promise<StoreResult<PodProcess>>
  /** A connection to a port of the pod; that nothing listens there is a failure whose words name `connection refused`. */
  connect(request: ConnectRequest, signal: AbortSignal): Promise<StoreResult<Duplex>>
}

export interface PodReference {
  readonly namespace: string
  readonly pod: string
}

export interface ContainerReference extends PodReference {
  readonly container: string
}

export interface LogRequest extends ContainerReference {
  /** Of the instance before this one. */
  readonly isPrevious: boolean
  readonly isFollowed: boolean
  /** Only lines that were written at this time or later. */
  readonly since?: Date
  /** Only so many of the last lines that there are. */
  readonly tailLines?: number
  /** Ends after so many bytes. */
  readonly limitBytes?: number
  /** Each line begins with its time, RFC 3339 in nanoseconds, and a space. */
  readonly hasTimestamps: boolean
}

export interface AttachRequest extends ContainerReference {
  readonly hasStdin: boolean
  readonly hasTty: boolean
}

export interface ExecRequest extends AttachRequest {
  readonly command: readonly string[]
}

export interface ConnectRequest extends PodReference {
  readonly port: number
}

/** A process that is spoken to. Closing it lets go of it. */
export interface PodProcess extends Closable {
  readonly stdin: Writable | undefined
  readonly stdout: Readable
  /** Undefined with a terminal, which has one stream. */
  readonly stderr: Readable | undefined
  resize(columns: number, rows: number): void
  /** Never rejects. */
  readonly exited: Promise<{ readonly exitCode: number }>
}
