/** What the Devfile says of how an image's files get into its running containers. */
export type SyncSetting =
  /** As the Dockerfile copies them. `rebuildOn` stands above it, and `runs` come on top of it. */
  | ({ readonly kind: 'inferred' } & Omit<SyncRules, 'sync'>)
  | { readonly kind: 'rules'; readonly rules: SyncRules }
  /** Never: every change is a new image. */
  | { readonly kind: 'off' }

/** How the files of an image get into its running containers, with every path absolute. */
export interface SyncRules {
  /** The first one that a file belongs to decides. */
  readonly sync: readonly SyncRule[]
  readonly runs: readonly RunStep[]
  /** Absolute globs of host files whose change always needs a new image, whatever the rules say. */
  readonly rebuildOn: readonly string[]
}

export interface SyncRule {
  /**
   * Absolute host path of a file or of a folder, or a glob. What a glob finds keeps its path below the glob's first
   * wildcard. Glob characters that belong to a folder's name are escaped with `\`.
   */
  readonly from: string
  /** Absolute container path: of the folder, or of the one file; for one file into a folder it ends in `/`. */
  readonly to: string
  /** The Devfile's `then`; an object with a `then` would look like a promise. */
  readonly after?: AfterSync
  /** Globs, relative to where the rule's paths begin, of files that change nothing. */
  readonly ignore?: readonly string[]
  /** Changes inside of the container come back to the host as well. */
  readonly back?: boolean
}

/** What makes a synced file live: a new start of the container's process, or a command inside of the container. */
export type AfterSync = 'restart' | { readonly run: string }

/** A command that is run inside of the container after certain files were synced: `npm ci` after `package.json`. */
export interface RunStep {
  readonly run: string
  /** Absolute globs of host files. */
  readonly when: readonly string[]
}

/** What one changed file asks for; the same whether it was written or deleted. `reason` is a sentence for people. */
export type SyncDecision =
  | {
      readonly kind: 'sync'
      /** Absolute container path of the file. */
      readonly target: string
      readonly after?: AfterSync
      /** Commands to run once the files are there, in order. */
      readonly runs: readonly string[]
      readonly reason: string
    }
  /** The compiler reads it: what it makes of it is synced. */
  | { readonly kind: 'compile'; readonly reason: string }
  | { readonly kind: 'rebuild'; readonly reason: string }
  /** The image does not hold the file: nothing is to be done. */
  | { readonly kind: 'ignored'; readonly reason: string }

/** A changed host file that running containers are given in place of a new image. */
export interface FileEdit {
  /** Absolute host path; where nothing is there any more, the target is deleted. */
  readonly path: string
  /** Absolute container path. */
  readonly target: string
  readonly after?: AfterSync
  /** Commands to run once the files are there, in order. */
  readonly runs: readonly string[]
}

/** One that the newest image does not hold. */
export interface SyncEdit extends FileEdit {
  /** Counts up with every edit of the image's files. */
  readonly version: number
}

/** One container from its start to its end. After another start it is another one, with the files of its image. */
export interface ContainerInstance {
  /** Made of the pod's uid, the container's name and the runtime's id of it. */
  readonly id: string
  readonly namespace: string
  readonly pod: string
  readonly container: string
}

/** How an image starts its process, as its configuration says. */
export interface ImageStart {
  readonly entrypoint: readonly string[]
  readonly command: readonly string[]
  /** There is an `sh`, which can stand in front of it. */
  readonly hasShell: boolean
}

/** A container's `command` and `args`, as far as a manifest sets them. */
export interface CommandOverride {
  readonly command?: readonly string[]
  readonly args?: readonly string[]
}

/** How the stack's manifests use an image. */
export interface ImageUse {
  /** Objects whose containers run to their end, such as `Job/migrate`: they cannot be given files. */
  readonly ending: readonly string[]
  /** Objects that run it in an init container, too. */
  readonly initializing: readonly string[]
  /** One for each container that goes on running. */
  readonly commands: readonly CommandOverride[]
}
