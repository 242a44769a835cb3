import type { SyncSetting } from './sync.ts'

/** An image as the Devfile defines it, with every default filled in and every path absolute. */
export interface ImageDefinition {
  /** The reference as the manifests write it, without a tag: `shop/web`. */
  readonly ref: string
  readonly builder: BuilderDefinition
}

/** Which builder makes the image, and how; plain data, so that two definitions can be compared. */
export type BuilderDefinition =
  | DockerDefinition
  | BuildpacksDefinition
  | CustomDefinition
  | GradleDefinition
  | MavenDefinition
  | JibDefinition
  | OwnDefinition

export interface DockerDefinition {
  readonly kind: 'docker'
  /** Absolute. */
  readonly context: string
  /** Absolute. */
  readonly dockerfile: string
  readonly target?: string
  readonly args: Readonly<Record<string, string>>
  /** What a Dockerfile's `RUN --mount=type=secret,id=…` may read. Never part of the image, never printed. */
  readonly secrets: readonly BuildSecret[]
  /** What `RUN --mount=type=ssh` may sign in with. */
  readonly ssh?: SshAccess
  /** `linux/arm64`; the engine's own where there is none. */
  readonly platform?: string
  /** Sources of layers, as `--cache-from` takes them. */
  readonly cacheFrom?: readonly string[]
  /** Whether a build asks the registries for newer bases. */
  readonly pull?: boolean
  /** The network of `RUN`. */
  readonly network?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly sync: SyncSetting
}

export type BuildSecret =
  /** `file` is absolute. */
  { readonly id: string; readonly file: string } | { readonly id: string; readonly env: string }

/** The user's SSH agent, or keys and agents' sockets by id; a `path` is absolute. */
export type SshAccess = 'default' | readonly { readonly id: string; readonly path: string }[]

export interface BuildpacksDefinition {
  readonly kind: 'buildpacks'
  /** Absolute: the application's folder. */
  readonly context: string
  /** The image that builds; where there is none, that of project.toml, else the one that `pack` takes by default. */
  readonly builder?: string
  /** In place of those that fit: ids, images, addresses, and absolute paths of folders and archives. */
  readonly buildpacks: readonly string[]
  /** For the build, not for the image. */
  readonly env: Readonly<Record<string, string>>
  /** Absolute: a file of more of `env`. */
  readonly envFile?: string
  /** Whether all of the build runs in one container of the builder. */
  readonly trustBuilder?: boolean
  /** Whether a build asks the registries for newer builders and bases. */
  readonly pull?: boolean
  /** Of the containers that build. */
  readonly network?: string
  /** For the containers that build: `<absolute path or name of a volume>:<path in the container>[:<options>]`. */
  readonly volumes?: readonly string[]
  /** The name of the volume that keeps what the next build may use again. */
  readonly cache?: string
  readonly sync: SyncSetting
}

export interface CustomDefinition {
  readonly kind: 'custom'
  /** A command line for the user's own shell (`sh -c`), run in `cwd`; it is given `DEVLOOP_IMAGE` and `EXPECTED_REF`. */
  readonly command: string
  /** Absolute. */
  readonly cwd: string
  /** Absolute files and folders that the command reads. */
  readonly inputs: readonly string[]
  /** Globs, relative to `cwd`, of files below the inputs that do not count. */
  readonly ignore: readonly string[]
  readonly sync: SyncSetting
}

/** What the builders have in common that leave an image to a JVM build tool. */
interface JvmDefinition {
  /** The folder that the tool runs in, absolute: that of its wrapper, where there is one. */
  readonly context: string
  /** The module that becomes the image, as the tool names it. */
  readonly module?: string
  /** Added to the tool's command line. */
  readonly args: readonly string[]
  /** Whether changed sources are compiled for running containers; where it is not said, what the build file names decides. */
  readonly live?: boolean
  readonly sync: SyncSetting
}

export interface GradleDefinition extends JvmDefinition {
  readonly kind: 'gradle'
  /** A task of the type `BootBuildImage`. */
  readonly task: string
}

export interface MavenDefinition extends JvmDefinition {
  readonly kind: 'maven'
}

/** With Gradle or Maven, whichever the project is built with. */
export interface JibDefinition extends JvmDefinition {
  readonly kind: 'jib'
}

/** A builder that the user wrote in the Devfile; its type is `Builder` of build/builder.ts. */
export interface OwnDefinition {
  readonly kind: 'own'
  readonly builder: object
}

/** One build of an image, by its full references. */
export interface ImageBuild {
  /** As the engine has it, which made it. */
  readonly reference: string
  /** As pods name it: another one where a registry is between the two. */
  readonly podReference: string
}

/**
 * An image reference cut into its parts, by the grammar of the OCI distribution specification:
 * `[registry/]repository[:tag][@digest]`.
 */
export interface ImageReference {
  /** Registry and repository, as written. */
  readonly name: string
  readonly tag?: string
  readonly digest?: string
}

export function parseImageReference(text: string): ImageReference {
  const at = text.indexOf('@')
  const digest = at < 0 ? undefined : text.slice(at + 1)
  const rest = at < 0 ? text : text.slice(0, at)
  // A colon before the last slash belongs to the registry's port.
  const colon = rest.indexOf(':', rest.lastIndexOf('/') + 1)
  const tag = colon < 0 ? undefined : rest.slice(colon + 1)
  return {
    name: colon < 0 ? rest : rest.slice(0, colon),
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  }
}

/** The one spelling of a reference with a tag, by which the kubelet asks its runtime for the image. */
export function fullImageName(reference: string): string {
  const { name, tag = 'latest' } = parseImageReference(reference)
  return `${normalizeImageName(name)}:${tag}`
}

/** The repository that a reference names, in its one spelling. */
export function repositoryOf(reference: string): string {
  return normalizeImageName(parseImageReference(reference).name)
}

/**
 * The one spelling of a repository name, so that `redis` and `docker.io/library/redis` are seen to be the same
 * (the rule of Docker's `reference.ParseNormalizedNamed`).
 */
export function normalizeImageName(name: string): string {
  const slash = name.indexOf('/')
  const first = slash < 0 ? '' : name.slice(0, slash)
  const hasRegistry = first.includes('.') || first.includes(':') || first === 'localhost'
  if (!hasRegistry) return `docker.io/${slash < 0 ? 'library/' : ''}${name}`
  const registry = first === 'index.docker.io' ? 'docker.io' : first
  const repository = name.slice(slash + 1)
  return `${registry}/${registry === 'docker.io' && !repository.includes('/') ? 'library/' : ''}${repository}`
}

/** The short spelling: `redis`, not `docker.io/library/redis`. */
export function familiarImageName(name: string): string {
  return normalizeImageName(name).replace(/^docker\.io\/(library\/)?/, '')
}
