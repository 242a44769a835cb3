import type { Duplex } from 'node:stream'
import type { Closable } from '../util/scope.ts'
import type { KubeObject } from './kube.ts'
import type { Result } from './result.ts'

/**
 * What devloop asks of a Kubernetes API server. `cluster/client.ts` implements it; the stages declare the part
 * that they need (`Pick<KubeApi, …>`), and tests put a fake in its place.
 *
 * Every call is bounded in time, and ends early with the error `aborted` once its signal is aborted.
 */
export interface KubeApi {
  /** The server's own name for a kind, by discovery; kept for the session, asked again when it was not found. */
  resourceType(apiVersion: string, kind: string, options?: CallOptions): Promise<ApiResult<ResourceType>>
  /** All types that can be listed and deleted, in their preferred version: where `down` looks. */
  deletableTypes(options?: CallOptions): Promise<ApiResult<readonly ResourceType[]>>
  /**
   * Server-side apply (field manager `devloop`, conflicts forced), exactly the fields given: an unknown field is
   * an error, never dropped.
   */
  apply(object: KubeObject, options?: CallOptions): Promise<ApiResult<KubeObject>>
  get(type: ResourceType, name: ObjectName, options?: CallOptions): Promise<ApiResult<KubeObject>>
  list(type: ResourceType, query: ListQuery, options?: CallOptions): Promise<ApiResult<readonly KubeObject[]>>
  /** Deletes with background propagation. An object that is not there is the error `not-found`. */
  delete(type: ResourceType, name: ObjectName, options?: CallOptions): Promise<ApiResult<void>>
  /**
   * Keeps up with a set of objects: lists, then watches, and goes on after every interruption with a growing pause
   * and jitter. Objects are handed over once a version (by uid and resourceVersion), as they come.
   */
  watch(type: ResourceType, query: ListQuery, handler: WatchHandler): Closable
  /** The last lines of a container, oldest first. `previous`: of the instance that ended before this one. */
  podLog(request: PodLogRequest, options?: CallOptions): Promise<ApiResult<readonly string[]>>
  /** A container's log as a stream, with the time of each line. Whoever calls reads it to its end, or aborts the signal. */
  openPodLog(request: PodLogOpening, options?: CallOptions): Promise<ApiResult<PodLogStream>>
  /** One new connection to a port of a pod. */
  connectPod(request: PodPort, options?: CallOptions): Promise<ApiResult<PodConnection>>
  /** Runs a command in a container, with its standard streams. Whoever calls ends it: by its own stdin, or by `destroy`. */
  execPod(request: PodExec, options?: CallOptions): Promise<ApiResult<PodExecution>>
}

export type ApiResult<T> = Result<T, ApiError>

export interface CallOptions {
  readonly signal?: AbortSignal
}

export interface ResourceType {
  readonly apiVersion: string
  readonly kind: string
  /** The name in URLs: `deployments`. */
  readonly plural: string
  readonly namespaced: boolean
}

export const podType: ResourceType = { apiVersion: 'v1', kind: 'Pod', plural: 'pods', namespaced: true }

export interface ObjectName {
  readonly name: string
  /** For namespaced types. */
  readonly namespace?: string
}

export interface ListQuery {
  /** Absent: all namespaces. */
  readonly namespace?: string
  readonly labelSelector?: string
  readonly fieldSelector?: string
}

export interface WatchHandler {
  /** After each (re)list: the whole set at once; what is not in it is gone. */
  readonly onList: (objects: readonly KubeObject[]) => void
  readonly onChange: (object: KubeObject) => void
  readonly onDelete: (object: KubeObject) => void
  /** The watch is interrupted (said once an interruption), or again up to date (`undefined`). */
  readonly onInterrupted: (error: ApiError | undefined) => void
}

export interface PodLogRequest {
  readonly namespace: string
  readonly pod: string
  readonly container: string
  readonly previous?: boolean
  readonly tailLines: number
}

export interface PodLogOpening {
  readonly namespace: string
  readonly pod: string
  readonly container: string
  /** Of the instance that ended before the newest one; else of the newest, though it may have ended. */
  readonly previous?: boolean
  /** Goes on until the container ends; else until what there is has been read. */
  readonly isFollowed?: boolean
  /** RFC 3339: only lines from the beginning of its second on, as the server takes no finer times. */
  readonly since?: string
  /** Only so many of the last lines that there are at the opening. */
  readonly tailLines?: number
}

export interface PodLogStream {
  /** Lines as they come, in the order of the node's file. While nobody reads, the server waits. Never rejects. */
  readonly batches: AsyncIterable<readonly PodLogLine[]>
  /** To be looked at once there are no more batches. */
  readonly end: PodLogEnd
}

export interface PodLogLine {
  /** As `LogLine.time`. Of one container they mostly grow; between its stdout and stderr they may be a little out of order. */
  readonly time: string
  /** As the container wrote it, without its line end. What is no UTF-8 is replaced, what is too long cut and said. */
  readonly text: string
}

export interface PodLogEnd {
  /** The server ended it: all was read, or the container ended. Else the connection broke, and there may be more. */
  readonly isComplete: boolean
  /** What came last, and without a line end: the last words of a container, or half a line. */
  readonly rest?: PodLogLine
}

export interface PodPort {
  readonly namespace: string
  readonly pod: string
  readonly port: number
}

/**
 * A byte stream to a port of a pod, with backpressure both ways. When the pod's side reports an error the stream is
 * destroyed with a `PodConnectionError`.
 */
export type PodConnection = Duplex

export class PodConnectionError extends Error {
  /** Nothing listened on the port, so the application has seen none of the bytes: safe to try again. */
  readonly refused: boolean

  constructor(message: string, refused: boolean) {
    super(message)
    this.refused = refused
  }
}

export interface PodExec {
  readonly namespace: string
  readonly pod: string
  readonly container: string
  /** The program and its arguments; no shell is put in front of it. */
  readonly command: readonly string[]
  /** It is given a terminal of this size, and both of its outputs come as one. */
  readonly terminal?: TerminalSize
}

export interface TerminalSize {
  readonly columns: number
  readonly rows: number
}

/** A process in a container. */
export interface PodExecution {
  /**
   * Writing is its stdin, reading its stdout, with backpressure both ways. While its stdout is not read nothing else is
   * heard of it either: `stderr` and `ended` wait behind 64 KiB of it. A connection that breaks destroys
   * the stream without an error event; `ended` says why.
   *
   * Destroying it ends the connection. The node then ends the process's stdin, drops its output and does not kill it: one
   * that reads its stdin sees the end, any other runs on until it ends by itself or with its container.
   */
  readonly streams: Duplex
  /** The last 64 KiB of its stderr so far. */
  readonly stderr: string
  /** How it ended: settles once, and never rejects. */
  readonly ended: Promise<ExecOutcome>
  /**
   * Ending `streams` ends its stdin only, so that its output and exit code still come. Servers before 1.30 cannot
   * do that: there the connection ends with it, and `ended` is `broken`.
   */
  readonly canEndInput: boolean
  /** The size of its terminal, where it was given one. */
  resize(size: TerminalSize): void
}

export type ExecOutcome =
  | { readonly kind: 'exited'; readonly code: number }
  /** It was not started, or how it ended is not known: a connection that closes without a word of that. */
  | {
      readonly kind: 'broken'
      /** The server's or the runtime's own words, one line. */
      readonly message: string
      /** There is no such program in the container, as there is no `sh` in many small images. */
      readonly isMissingProgram?: boolean
    }

export interface ApiError {
  readonly kind:
    | 'unreachable'
    | 'unauthorized'
    | 'forbidden'
    | 'not-found'
    | 'conflict'
    /** The server understood and refuses: a wrong or unknown field, a failed validation, an immutable field. */
    | 'invalid'
    | 'unknown-kind'
    | 'timeout'
    | 'aborted'
    | 'other'
  /** The HTTP status, where there was an answer. */
  readonly status?: number
  /** The server's or the system's own words, one line. */
  readonly message: string
  /** What the server says of single fields. */
  readonly causes?: readonly { readonly field?: string; readonly message: string }[]
}
