/** What was understood of a folder: what its Devfile says, and why. Paths are relative to the folder, with `/`. */
export interface Draft {
  readonly name: string
  readonly images: readonly DraftImage[]
  readonly services: readonly DraftService[]
  /** What could not be taken over or decided. */
  readonly remarks: readonly Remark[]
}

export interface DraftImage {
  /** As the manifests name it, without a tag. */
  readonly ref: string
  readonly recipe: Recipe
  /** How it is known that it makes this image. */
  readonly reason: string
  /** What only the user can tell, in a sentence: it becomes a comment. */
  readonly doubt?: string
}

/** A way to make an image: a call of one of the Devfile's builders. */
export interface Recipe {
  readonly builder: 'docker' | 'buildpacks' | 'gradle' | 'maven' | 'jib'
  readonly options: Readonly<Record<string, string | Readonly<Record<string, string>>>>
}

export interface DraftService {
  readonly name: string
  readonly manifests: readonly string[]
  /** What the manifests hold: `Deployment/web`. */
  readonly objects: readonly string[]
  /** Images of its pods that are not built here. */
  readonly foreignImages: readonly string[]
  /** Port rules. */
  readonly ports: readonly (number | string)[]
  readonly dependsOn: readonly Dependency[]
}

export interface Dependency {
  readonly service: string
  /** How it is known: `compose.yaml says so`. */
  readonly reason: string
}

export interface Remark {
  readonly text: string
  /** What to do, or to write by hand. */
  readonly cure: string
}
