import type { Result } from '../model/result.ts'

/** What the docker command line needs in its environment to reach an engine: `DOCKER_HOST`, `DOCKER_CONTEXT`. */
export type EngineEnv = Readonly<Record<string, string>>

/** What makes the images for a cluster, and where it is. */
export type EngineAddress =
  | { readonly kind: 'docker'; readonly env: EngineEnv }
  /** The path of a unix socket. */
  | { readonly kind: 'sandbox'; readonly socket: string }

/** A kind of local cluster, which knows how an image gets into it. */
export interface ClusterProvider {
  /** For messages: `Docker Desktop`. */
  readonly name: string
  /**
   * Makes an image of the engine known to every node of the cluster. Gives the reference that pods are to name: the
   * same, or the one by which a registry has it.
   */
  load(reference: string, options: LoadOptions): Promise<Result<string>>
  /**
   * The name by which a tool may push an image by itself to where the nodes pull from, without a tag. Absent where there
   * is no such place.
   */
  pushName?(image: string): string
  /** How images get into the cluster, in one line. */
  describe(): string
  /** How images would get into it faster, where there is such a way. */
  readonly advice?: string
}

export interface LoadOptions {
  readonly signal: AbortSignal
  readonly onLine: (line: string) => void
}
