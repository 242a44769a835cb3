import type { DockerDefinition } from './image.ts'
import type { Result } from './result.ts'

/**
 * What makes images and keeps them: a container engine behind its command line, or the sandbox. What is built, under which
 * names it is kept and what of it goes again is the business of whoever asks.
 */
export interface ImageEngine {
  /** Builds a Dockerfile. @returns the image's id. Never succeeds once the request's `signal` is aborted. */
  build(request: EngineBuild): Promise<Result<string>>
  /** The images that there are, by the references as given. */
  find(references: readonly string[], signal: AbortSignal): Promise<Result<ReadonlyMap<string, EngineImage>>>
  /** The images of which a name begins with `name:devloop`, in any order. @param name without a tag. */
  list(name: string, signal: AbortSignal): Promise<Result<readonly NamedImage[]>>
  /** Gives an image another name, which is taken from the image that had it. */
  tag(source: string, reference: string, signal: AbortSignal): Promise<Result<void>>
  /** Takes names from their images; an image goes with its last name. */
  remove(references: readonly string[], signal: AbortSignal): Promise<Result<void>>
  /** Whether a container, running or not, was made from an image. */
  isUsed(id: string, signal: AbortSignal): Promise<Result<boolean>>
  /** How an image starts its process. */
  startOf(reference: string, signal: AbortSignal): Promise<Result<EngineStart>>
  /** Whether an image has one of these files; absolute paths. */
  hasOneOf(reference: string, paths: readonly string[], signal: AbortSignal): Promise<Result<boolean>>
  /** Whether it can be asked now. */
  isThere(signal: AbortSignal): Promise<boolean>
  /** The name, without a tag, that an image is to be given so that the engine keeps it as that. */
  nameFor(ref: string): string
}

export interface EngineBuild {
  readonly definition: DockerDefinition
  /** The Dockerfile's text. */
  readonly text: string
  /** The image's name without a tag. */
  readonly ref: string
  /** Images of the same Devfile that it is made from, which only this engine has: full references, by the Dockerfile's names. */
  readonly ownBases: ReadonlyMap<string, string>
  /** The values of the definition's secrets, by their ids. */
  readonly secrets: ReadonlyMap<string, string>
  readonly signal: AbortSignal
  /** What a person follows: the steps as they begin, and what their commands say. */
  readonly onLine: (line: string) => void
}

/** An image that the engine has. */
export interface EngineImage {
  /** `sha256:…` */
  readonly id: string
  /** All names with tags that it has. */
  readonly names: readonly string[]
}

export interface NamedImage extends EngineImage {
  /** Milliseconds since 1970: when it was last given a name. */
  readonly namedAt: number
}

export interface EngineStart {
  readonly entrypoint: readonly string[]
  readonly command: readonly string[]
  /** The lowest layer, which holds the base's programs: the same for one build after another. */
  readonly lowestLayer: string
}
