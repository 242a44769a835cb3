import type { Lookup } from './expand.ts'
import type { SimpleCommand } from './shell.ts'
import type { Variables } from './variables.ts'

/** A stage of a Dockerfile, with everything filled in that can be known without the base image. */
export interface Stage {
  readonly name?: string
  readonly base: StageBase
  /** In order; only what changes files, without those of the base. */
  readonly steps: readonly Step[]
  readonly entrypoint?: Command
  readonly command?: Command
  readonly variables: Variables
  /** Undefined where only the base image knows it. */
  readonly workdir: string | undefined
  /** Folders that surely exist at the stage's end. */
  readonly folders: ReadonlySet<string>
}

export type StageBase =
  | { readonly kind: 'stage'; readonly stage: Stage }
  /** `name` is undefined where it needs a value that is not known. */
  | { readonly kind: 'image'; readonly name: string | undefined }

export type Step = CopyStep | RunStep | UnknownStep

export interface CopyStep {
  readonly kind: 'copy'
  readonly isAdd: boolean
  readonly line: number
  readonly text: string
  readonly from:
    | { readonly kind: 'context' }
    | { readonly kind: 'stage'; readonly stage: Stage }
    /** Another image, a URL, or text in the Dockerfile itself. */
    | { readonly kind: 'elsewhere' }
    /** Named by a variable. */
    | { readonly kind: 'unknown' }
  /** Undefined where one needs an unknown value. */
  readonly sources: readonly Source[] | undefined
  /** Absolute, without `/` at the end; undefined where it needs an unknown value. */
  readonly destination: string | undefined
  /** Whether the destination is a folder that a file is put into; undefined where only the base image knows. */
  readonly intoFolder: boolean | undefined
  /** A flag whose meaning is not followed. */
  readonly unknownFlag?: string
}

export interface Source {
  /** Below the source's root, without `/` around it. */
  readonly path: string
  /** For a path with wildcards: one test for each of its segments. */
  readonly segments?: readonly ((name: string) => boolean)[]
}

export interface RunStep {
  readonly kind: 'run'
  readonly line: number
  readonly text: string
  /** What it runs, one after another; undefined where that is more than a list of plain commands. */
  readonly commands: readonly SimpleCommand[] | undefined
  readonly workdir: string | undefined
  /** What `--mount` shows it besides the stage's own files. */
  readonly mounts: readonly Mount[]
}

export interface Mount {
  readonly from: CopyStep['from']
  /** Below the source's root, without `/` around it. */
  readonly source: string
}

export interface UnknownStep {
  readonly kind: 'unknown'
  readonly line: number
  readonly text: string
  /** A clause that ends the sentence `cannot be synced: …`. */
  readonly reason: string
}

export interface Command {
  readonly line: number
  /** A command line for a shell, or a list of arguments. */
  readonly value: string | readonly string[]
}

/** What stands at a point of a stage, while it is read. */
export interface Position {
  readonly escapeCharacter: string
  readonly lookup: Lookup
  readonly workdir: string | undefined
  readonly folders: ReadonlySet<string>
  /** Finds a stage by its name or number, among those above. */
  readonly findStage: (reference: string) => Stage | undefined
}
