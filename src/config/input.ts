import type { Builder } from '../build/builder.ts'

/**
 * What a user may write in a Devfile. Every path is relative to the Devfile's folder. `schema.ts` checks the same at
 * run time; a type test holds the two equal. They are written out here, and not derived, so that the published types
 * need no other package and carry these comments into the editor.
 */
export interface DevfileInput {
  /**
   * The project's name, which labels everything that devloop puts into the cluster: lower-case letters, digits and
   * `-`, at most 63 characters. Default: the name of the Devfile's folder, put into that form.
   */
  name?: string | undefined
  /**
   * Kubernetes contexts, by name or glob (`dev-*`), where devloop may act besides the local clusters that it
   * knows. Default: none.
   */
  contexts?: readonly string[] | undefined
  /** For objects whose manifests name no namespace. Default: `default`. */
  namespace?: string | undefined
  /**
   * The registry by which images get into the cluster, as in `localhost:5000`, maybe with a path. Default: none, where
   * the cluster shares the engine that builds; else the one that the cluster tells of in the ConfigMap
   * `local-registry-hosting`. `false`: none.
   */
  registry?: RegistryInput | undefined
  /**
   * The images to build, by their names as the manifests write them, without a tag. Default: where a Dockerfile is
   * beside the Devfile, `docker({ context: '.' })` under the project's name.
   */
  images?: Readonly<Record<string, ImageInput>> | undefined
  /** What to run, by name. Default: one service with the project's name and the manifests in `k8s/`. */
  services?: Readonly<Record<string, ServiceInput>> | undefined
  /** Named variations, chosen with `--profile`: what one gives takes the place of the same field above. */
  profiles?: Readonly<Record<string, ProfileInput>> | undefined
}

/** An image or service of the same name is changed field by field; one of a new name is added. */
export interface ProfileInput {
  contexts?: readonly string[] | undefined
  namespace?: string | undefined
  registry?: RegistryInput | undefined
  /** A builder over one of its own kind changes the given fields; any other pair, and `custom()`, replaces it. */
  images?: Readonly<Record<string, ImageInput>> | undefined
  services?: Readonly<Record<string, ServiceInput>> | undefined
}

/** `fromCluster` is what the cluster's nodes call the registry that this machine calls `host`. */
export type RegistryInput = string | { host: string; fromCluster: string } | false

export interface ServiceInput {
  /** Files, folders (their `*.yaml`, `*.yml`, `*.json`) and globs. Default: `k8s/`. */
  manifests?: string | readonly string[] | undefined
  /** Ports to open on this machine. Default: none. */
  ports?: readonly PortInput[] | undefined
  /** Services that must have been live once before this one is applied. Default: none. */
  dependsOn?: readonly string[] | undefined
}

/**
 * A local port and what it leads to:
 * `9001` (the same port of the pod) · `'8080:3000'` · `'9001:http'` (a named port of the container) ·
 * `'8080:svc/web:80'` (through a Kubernetes Service) · with a local address in front: `'0.0.0.0:8080:3000'`,
 * `'[::1]:8080:3000'`. The local address is `127.0.0.1` where none is given.
 */
export type PortInput = number | string

/** `docker(…)`, `buildpacks(…)`, `custom(…)`, `gradle(…)`, `maven(…)`, `jib(…)`, or a builder of your own. */
export type ImageInput =
  | DockerInput
  | BuildpacksInput
  | CustomInput
  | GradleInput
  | MavenInput
  | JibInput
  | Builder

/** What `docker()` returns. */
export interface DockerInput extends DockerOptions {
  kind: 'docker'
}

export interface DockerOptions extends SyncOptions {
  /**
   * How changed files get into the running containers. Default: inferred from the Dockerfile, which says where it
   * copies them. `false`: not at all, every change is a new image.
   */
  sync?: readonly SyncInput[] | false | undefined
  /** The build context's folder. Default: `.`. */
  context?: string | undefined
  /** Default: the `Dockerfile` in the context's folder. */
  dockerfile?: string | undefined
  /** The stage to build. Default: the last one. */
  target?: string | undefined
  /** Values for the Dockerfile's `ARG`s. Default: none. */
  args?: Readonly<Record<string, string | number | boolean>> | undefined
  /** What `RUN --mount=type=secret,id=…` may read; it never becomes part of the image. Default: none. */
  secrets?: readonly SecretInput[] | undefined
  /** What `RUN --mount=type=ssh` may sign in with; it never becomes part of the image. Default: nothing. */
  ssh?: SshInput | undefined
  /** The platform to build for, such as `linux/arm64`. Default: the engine's own. */
  platform?: string | undefined
  /** Images, or other sources in the form of `--cache-from`, whose layers may be used. Default: none. */
  cacheFrom?: readonly string[] | undefined
  /**
   * Whether each build asks the registries for newer base images. It has no effect on an image that is made from
   * another of this Devfile. Default: `false`.
   */
  pull?: boolean | undefined
  /** The network that `RUN` is connected to: `default`, `host` or `none`. Default: `default`. */
  network?: string | undefined
  /** Labels of the image. Default: none but the Dockerfile's. */
  labels?: Readonly<Record<string, string>> | undefined
}

/** A secret from a file or from an environment variable of devloop's. */
export type SecretInput = { id: string; file: string } | { id: string; env: string }

/** `'default'` is the agent at `SSH_AUTH_SOCK`; a `path` is that of a private key or of an agent's socket. */
export type SshInput = 'default' | readonly { id: string; path: string }[]

/** What `buildpacks()` returns. */
export interface BuildpacksInput extends BuildpacksOptions {
  kind: 'buildpacks'
}

export interface BuildpacksOptions extends SyncOptions {
  /** How changed files get into the running containers. Default: with `live` into `/workspace`; else not at all. */
  sync?: readonly SyncInput[] | false | undefined
  /** The application's folder. Default: `.`. */
  context?: string | undefined
  /** The builder image. Default: that of the context's `project.toml`, else the one chosen by `pack config default-builder`. */
  builder?: string | undefined
  /**
   * What builds, in this order, in place of what the builder finds fitting: ids (`paketo-buildpacks/nodejs`), images,
   * addresses, and folders or archives, whose paths begin with `./` or `../`. Default: what fits.
   */
  buildpacks?: readonly string[] | undefined
  /** Environment variables of the build, which are not set in the image. Default: none. */
  env?: Readonly<Record<string, string | number | boolean>> | undefined
  /** A file of more of them, one `NAME=value` a line. Default: none. */
  envFile?: string | undefined
  /**
   * Whether the builder may be given the credentials of your registries, which makes builds faster. Default: what `pack`
   * thinks of the builder.
   */
  trustBuilder?: boolean | undefined
  /** Whether each build asks the registries for newer builders and base images. Default: `false`. */
  pull?: boolean | undefined
  /** The network of the containers that build. Default: the engine's own. */
  network?: string | undefined
  /** Folders and volumes for the containers that build, as `./certificates:/platform/bindings/certificates`. Default: none. */
  volumes?: readonly string[] | undefined
  /** The name of the volume that keeps what the next build may use again. Default: one for each image. */
  cache?: string | undefined
  /**
   * Whether the image reloads changed files by itself (`BP_LIVE_RELOAD_ENABLED`, which Paketo's buildpacks for interpreted
   * languages know), so that edits are synced into `/workspace`. Default: `false`.
   */
  live?: boolean | undefined
}

/** What `custom()` returns. */
export interface CustomInput extends CustomOptions {
  kind: 'custom'
}

export interface CustomOptions extends SyncOptions {
  /** How changed files get into the running containers. Default: not at all, every change is a new image. */
  sync?: readonly SyncInput[] | false | undefined
  /** A shell command that leaves an image in the engine, with the name in the environment variables `DEVLOOP_IMAGE` and `EXPECTED_REF`. */
  command: string
  /** The folder to run it in. Default: `.`. */
  cwd?: string | undefined
  /** The files and folders whose change means a new build. Default: the folder in `cwd`. */
  inputs?: readonly string[] | undefined
  /** Files and folders that the command writes: no inputs, so that it never sets itself off. Default: none. */
  outputs?: readonly string[] | undefined
  /** Globs, relative to `cwd`, of files that do not count as inputs. Default: none. */
  ignore?: readonly string[] | undefined
}

/** What `gradle()` returns. */
export interface GradleInput extends GradleOptions {
  kind: 'gradle'
}

export interface GradleOptions extends JvmOptions {
  /** A task of the type `BootBuildImage`. Default: `bootBuildImage`. */
  task?: string | undefined
}

/** What `maven()` returns. */
export interface MavenInput extends JvmOptions {
  kind: 'maven'
}

/** What `jib()` returns. */
export interface JibInput extends JvmOptions {
  kind: 'jib'
}

/** What the builders take that leave an image to Gradle or Maven. */
export interface JvmOptions extends SyncOptions {
  /** Rules that stand above what is compiled. `false`: every change is a new image. Default: none. */
  sync?: readonly SyncInput[] | false | undefined
  /** The folder of the wrapper and of the outermost build files. Default: `.`. */
  context?: string | undefined
  /** The module that becomes the image: for Gradle its path (`:services:web`), for Maven as `-pl` takes it. Default: the context's own. */
  module?: string | undefined
  /** Arguments that are added to the tool's command line. Default: none. */
  args?: readonly string[] | undefined
  /** Whether changed sources are compiled for the running containers, in place of a new image. Default: where the build names Spring's devtools, or BP_LIVE_RELOAD_ENABLED. */
  live?: boolean | undefined
}

/** What adds to a sync, be it inferred or by rules. */
export interface SyncOptions {
  /** Commands for the container, once files that they need were synced: `npm ci` after `package.json`. Default: none. */
  runs?: readonly RunInput[] | undefined
  /** Files, folders and globs whose change always needs a new image. Default: none. */
  rebuildOn?: string | readonly string[] | undefined
}

/** Where changed files belong in the container. The first rule that names a file decides. */
export interface SyncInput {
  /** A file, a folder or a glob of what the image is made from; what a glob finds keeps its path below the first wildcard. */
  from: string
  /** The absolute path in the container: of the folder, or of the one file; for one file into a folder it ends in `/`. */
  to: string
  /** What makes the files live: a restart of the process, or a command in the container. Default: they are live as they are. */
  then?: 'restart' | { run: string } | undefined
  /** Folders and globs, relative to where `from` begins, of files that are left alone. Default: none. */
  ignore?: string | readonly string[] | undefined
  /** Whether what changes in the container comes back to this machine too. Default: `false`. */
  back?: boolean | undefined
}

/** A command that runs in the container after a sync. */
export interface RunInput {
  run: string
  /** The files, folders and globs whose sync calls for it. */
  when: string | readonly string[]
}

/** What a Devfile's function is given. */
export interface DevfileContext {
  /** The value of `--profile`. */
  readonly profile: string | undefined
  /** The arguments after `--` on the command line. */
  readonly args: readonly string[]
  /** devloop's environment variables. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** The folder that devloop was started in, absolute. */
  readonly cwd: string
}

export type DevfileFunction = (context: DevfileContext) => DevfileInput | Promise<DevfileInput>

/** What `defineDevfile()` returns: the default export of a Devfile. */
export interface Devfile {
  readonly kind: 'devfile'
  readonly input: DevfileInput | DevfileFunction
}
