import type { Duplex, Readable, Writable } from 'node:stream'
import type { Result } from '../../model/result.ts'
import type { Closable } from '../../util/scope.ts'

/** Runs containers as processes in Linux namespaces. The kubelet decides what runs; this says how. */
export interface ContainerRuntime {
  /** Makes the namespaces that a pod's containers share, and its address. */
  createPod(spec: PodSpec): Promise<Result<PodNamespaces>>
  /**
   * Starts a container of an image that is there. A command that is not there, or cannot be executed, is a failure with the code
   * `sandbox/no-command` or `sandbox/not-executable` (127 and 126 as exit codes), `sandbox/no-image` an image that is not there.
   */
  start(pod: PodNamespaces, spec: ContainerSpec): Promise<Result<Container>>
  /** Ends everything, the containers of all pods included. */
  close(): Promise<void>
}

export interface PodSpec {
  readonly uid: string
  readonly hostname: string
  /** Lines of `/etc/hosts` besides the usual ones. */
  readonly hostAliases: readonly { readonly ip: string; readonly names: readonly string[] }[]
  readonly dns: {
    readonly servers: readonly string[]
    readonly searches: readonly string[]
    readonly options: readonly string[]
  }
}

export interface PodNamespaces {
  readonly ip: string
  /**
   * One new connection to a port of the pod, as `kubectl port-forward` makes it: a port that is open for the pod itself only is
   * reached, too. A probe must not: it connects to `ip`.
   */
  connect(port: number, signal: AbortSignal): Promise<Result<Duplex>>
  /** Ends the containers that are left, and gives the address back. */
  remove(): Promise<void>
}

export interface ContainerSpec {
  readonly name: string
  /** A reference that the image store has. */
  readonly image: string
  /** In place of the image's entrypoint. */
  readonly command?: readonly string[]
  /** In place of the image's arguments. */
  readonly args?: readonly string[]
  /** Besides the image's; later ones win. */
  readonly env: readonly { readonly name: string; readonly value: string }[]
  readonly workingDir?: string
  /** Numeric. */
  readonly user?: number
  readonly group?: number
  /** Absolute paths; a source is a folder or a file. */
  readonly mounts: readonly {
    readonly source: string
    readonly target: string
    readonly isReadOnly: boolean
  }[]
  readonly isRootReadOnly: boolean
  readonly hasTty: boolean
  readonly hasStdin: boolean
  /**
   * A file that gets the output, a line each: `2026-01-01T00:00:00.000000000Z stdout F text`. The folder is there. One that has
   * grown long is renamed (`rotatedFile`), and begun anew.
   */
  readonly logFile: string
}

export interface Container {
  /** `devloop-sandbox://…` */
  readonly id: string
  /** The digest of the image that it runs. */
  readonly imageId: string
  readonly startedAt: Date
  /** Of the image, or SIGTERM: what asks it to end. */
  readonly stopSignal: string
  /** Never rejects. */
  readonly exited: Promise<ContainerExit>
  /** Sends its main process a signal. */
  kill(signal: string): void
  /** Another process in it; a command that is not there is a failure, with the codes of `start`. */
  exec(options: ExecOptions): Promise<Result<ContainerProcess>>
  /** The main process's own streams from now on. To end `stdin` ends that of the process, `close` does not. */
  attach(): ContainerProcess
  /** Removes its files; after it has exited. */
  remove(): Promise<void>
}

export interface ContainerExit {
  /** 128 + the signal's number where a signal ended it. */
  readonly exitCode: number
  readonly signal?: number
  readonly finishedAt: Date
  /** What the runtime has to say of it. */
  readonly note?: string
}

export interface ExecOptions {
  readonly command: readonly string[]
  readonly hasStdin: boolean
  readonly hasTty: boolean
  /** Ends the process. */
  readonly signal: AbortSignal
}

export interface ContainerProcess extends Closable {
  readonly stdin: Writable | undefined
  readonly stdout: Readable
  /** Undefined with a terminal, which has one stream. */
  readonly stderr: Readable | undefined
  resize(columns: number, rows: number): void
  readonly exited: Promise<{ readonly exitCode: number }>
}
