import type { Result } from '../model/result.ts'
import type { SyncRule } from '../model/sync.ts'

/** Makes one image. A user can write one in a Devfile: a plain object with these members. */
export interface Builder {
  /** What it reads, so that a change of it means a new build. Asked again after every build. */
  inputs(): Promise<Result<BuildInputs>>
  /** Makes the image. Never rejects for what a user can mend, and never succeeds once `signal` is aborted. */
  build(request: BuildRequest): Promise<Result<BuiltImage>>
  /** How changed sources go into running containers without a new image; undefined where they cannot. Asked as `inputs` is. */
  live?(): Promise<LiveCompile | undefined>
}

/** A compiler on this machine, whose outputs running containers are given in place of a new image. */
export interface LiveCompile {
  /** Absolute folders and files that the compiler reads; another changed input means a new image. */
  readonly sources: readonly string[]
  /** Where the outputs belong in the container; the paths of `from` are absolute. */
  readonly outputs: readonly SyncRule[]
  /** Brings the outputs up to date. Never rejects for what a user can mend, and never succeeds once `signal` is aborted. */
  compile(request: Pick<BuildRequest, 'signal' | 'onLine'>): Promise<Result<void>>
}

export interface BuildInputs {
  /** Absolute paths of files and folders; a folder stands for all that is below it. */
  readonly roots: readonly string[]
  /** Whether an absolute path below a root does not count; an ignored folder is never read. Must be pure and fast. */
  readonly ignores?: (path: string, isFolder: boolean) => boolean
  /** References of images that this one is made from (`FROM`), as written, arguments filled in. */
  readonly bases: readonly string[]
  /**
   * It also reads what no file and no base tells, such as a URL, or asks for newer bases: only a build can say whether
   * something has changed.
   */
  readonly readsMore?: boolean
}

export interface BuildRequest {
  /** The image's name without a tag. */
  readonly ref: string
  /** For images of the same Devfile that this one is made from: normalized name to the newest build's full reference. */
  readonly bases: ReadonlyMap<string, string>
  /** The user asks for a build: an image of the same inputs that is there already will not do. */
  readonly isForced?: boolean
  /**
   * The name, without a tag, by which a tool may push the image by itself to the registry that the cluster pulls from.
   * Undefined where there is none. Waits until the cluster is known, so only a builder that has to know may ask.
   */
  readonly pushName?: () => Promise<string | undefined>
  readonly signal: AbortSignal
  /** One line of the tool's output, without its line end. */
  readonly onLine: (line: string) => void
}

export interface BuiltImage {
  /** Name and immutable tag, for manifests: `shop/web:devloop-0123456789ab`. */
  readonly reference: string
  /** It was there already: nothing was built. */
  readonly isCached?: boolean
}
