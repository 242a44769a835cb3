import type { Builder } from '../build/builder.ts'

/*
 * What a user may write in a Devfile. `schema.ts` checks the same at run time; a type test holds the two equal. They are
 * written out here, and not derived, so that the published types need no other package and carry these comments into the
 * editor. `npm run docs` makes docs/devfile-reference.md of them, so they are written for users.
 */

/** What `defineDevfile()` takes. All of it may be left out: `{}` is a Devfile, too. */
export interface DevfileInput {
  /**
   * The project's name, which labels everything that devloop puts into the cluster: lower-case letters, digits and
   * `-`, at most 63 characters.
   * @default the name of the Devfile's folder, put into that form
   */
  name?: string | undefined
  /**
   * Kubernetes contexts, by name or glob (`dev-*`), where devloop may act besides the local clusters that it
   * knows.
   * @default none
   */
  contexts?: readonly string[] | undefined
  /**
   * For objects whose manifests name no namespace.
   * @default `default`
   */
  namespace?: string | undefined
  /**
   * The registry by which images get into the cluster, as in `localhost:5000`, maybe with a path. `false`: none, be there
   * one or not.
   * @default none where the cluster shares the engine that builds; else the one of the cluster's ConfigMap `local-registry-hosting`
   */
  registry?: RegistryInput | undefined
  /**
   * The images to build, by their names as the manifests write them, without a tag.
   * @default with a `Dockerfile` beside the Devfile: `docker()`, under the project's name
   */
  images?: Readonly<Record<string, ImageInput>> | undefined
  /**
   * What to run, by a name of lower-case letters, digits and `-`.
   * @default one with the project's name and the manifests in `k8s/`
   */
  services?: Readonly<Record<string, ServiceInput>> | undefined
  /**
   * Variations, chosen with `--profile`.
   * @default none
   */
  profiles?: Readonly<Record<string, ProfileInput>> | undefined
}

/**
 * What `devloop up --profile NAME` puts over the Devfile: what is given here takes the place of the same option there. A
 * list is replaced as a whole.
 */
export interface ProfileInput {
  /**
   * As in the Devfile.
   * @default the Devfile's
   */
  contexts?: readonly string[] | undefined
  /**
   * As in the Devfile.
   * @default the Devfile's
   */
  namespace?: string | undefined
  /**
   * As in the Devfile.
   * @default the Devfile's
   */
  registry?: RegistryInput | undefined
  /**
   * An image of a new name is added. A builder over one of its own kind changes the given options; any other pair, and
   * `custom()`, replaces it.
   * @default the Devfile's
   */
  images?: Readonly<Record<string, ImageInput>> | undefined
  /**
   * A service of a new name is added; of one that is there, the given options are changed.
   * @default the Devfile's
   */
  services?: Readonly<Record<string, ServiceInput>> | undefined
}

/**
 * `host` is the registry as the Docker engine of this machine reaches it, to push; `fromCluster` the same place as the
 * cluster's nodes reach it, to pull. A text is both.
 */
export type RegistryInput = string | { host: string; fromCluster: string } | false

/** What is started, stopped and shown together: objects of Kubernetes, and the ports that lead to them. */
export interface ServiceInput {
  /**
   * Files, globs, and folders, which stand for their `*.yaml`, `*.yml` and `*.json`.
   * @default `k8s`
   */
  manifests?: string | readonly string[] | undefined
  /**
   * Ports to open on this machine. Two services cannot open the same one.
   * @default none
   */
  ports?: readonly PortInput[] | undefined
  /**
   * Services that must have been live once before this one is applied, never in a circle.
   * @default none
   */
  dependsOn?: readonly string[] | undefined
}

/**
 * A local port and what it leads to, TCP only: `9001` (the same port of the service's pod), `'8080:3000'`, `'9001:http'` (the
 * container port of that name), `'8080:svc/web:80'` (a port of a Kubernetes Service, by number or name); with a local address in
 * front `'0.0.0.0:8080:3000'` or `'[::1]:8080:3000'`. The local address is `127.0.0.1` where none is given.
 */
export type PortInput = number | string

/**
 * `docker(…)`, `buildpacks(…)`, `custom(…)`, `gradle(…)`, `maven(…)`, `jib(…)`, or a builder of your own. devloop gives each build a
 * tag made from its content, and puts it wherever a manifest names the image.
 */
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

/** Builds a Dockerfile, with the command line of docker, podman or nerdctl, or with the sandbox's own builder. */
export interface DockerOptions extends SyncOptions {
  /**
   * The folder that the build may read.
   * @default `.`
   */
  context?: string | undefined
  /**
   * Relative to the Devfile, as all paths.
   * @default `Dockerfile` in the context
   */
  dockerfile?: string | undefined
  /**
   * The stage to build.
   * @default the last one
   */
  target?: string | undefined
  /**
   * Values of the Dockerfile's `ARG`s.
   * @default none
   */
  args?: Readonly<Record<string, string | number | boolean>> | undefined
  /**
   * What `RUN --mount=type=secret,id=…` may read. It never becomes part of the image, and is not printed. Docker's
   * classic builder has none.
   * @default none
   */
  secrets?: readonly SecretInput[] | undefined
  /**
   * What `RUN --mount=type=ssh` may sign in with. It never becomes part of the image. Docker's classic builder has none,
   * and the sandbox refuses it.
   * @default none
   */
  ssh?: SshInput | undefined
  /**
   * The platform to build for, such as `linux/arm64`. The sandbox refuses it.
   * @default the engine's own
   */
  platform?: string | undefined
  /**
   * Images, or sources such as `type=local,src=…`, whose layers may be used. A relative path in one starts at the context.
   * The sandbox has its own cache and does not look at them.
   * @default none
   */
  cacheFrom?: readonly string[] | undefined
  /**
   * Each build asks the registries for newer base images. No effect on an image made from another of the Devfile, which
   * only the engine has, nor in the sandbox, which has no registry.
   * @default `false`
   */
  pull?: boolean | undefined
  /**
   * The network of `RUN`: `default`, `host`, `none`, or one of the engine's by name. The sandbox knows `default` and `host`,
   * which are the same there.
   * @default `default`
   */
  network?: string | undefined
  /**
   * Labels of the image, besides the Dockerfile's.
   * @default none
   */
  labels?: Readonly<Record<string, string>> | undefined
  /**
   * How changed files get into the running containers. `false`: not at all, every change is a new image.
   * @default inferred from the Dockerfile, which says where it copies them
   */
  sync?: readonly SyncInput[] | false | undefined
}

/** `id` is the name in the Dockerfile; the value is that of a `file`, or of devloop's environment variable `env`. */
export type SecretInput = { id: string; file: string } | { id: string; env: string }

/** `'default'` is the agent at `SSH_AUTH_SOCK`; a `path` is that of a private key or of an agent's socket. */
export type SshInput = 'default' | readonly { id: string; path: string }[]

/** What `buildpacks()` returns. */
export interface BuildpacksInput extends BuildpacksOptions {
  kind: 'buildpacks'
}

/**
 * Builds an application that has no Dockerfile, with Cloud Native Buildpacks and their command line `pack`. It needs a Docker
 * engine, which the sandbox has not.
 */
export interface BuildpacksOptions extends SyncOptions {
  /**
   * The application's folder. All of it is uploaded, but what its `project.toml` leaves out with `exclude` or `include`; a
   * change of any other file means a new build.
   * @default `.`
   */
  context?: string | undefined
  /**
   * The image that builds.
   * @default that of the context's `project.toml`, else the one chosen by `pack config default-builder`
   */
  builder?: string | undefined
  /**
   * Which ones build, in this order: ids (`paketo-buildpacks/nodejs`), images, addresses, or folders and archives, whose
   * paths begin with `./` or `../`. A change in such a folder means a new build.
   * @default what the builder finds fitting
   */
  buildpacks?: readonly string[] | undefined
  /**
   * Environment variables of the build. They are not set in the image.
   * @default none
   */
  env?: Readonly<Record<string, string | number | boolean>> | undefined
  /**
   * A file of more of them, one `NAME=value` a line.
   * @default none
   */
  envFile?: string | undefined
  /**
   * The builder may be given the credentials of your registries: the build then takes one container instead of five.
   * @default what `pack` thinks of the builder
   */
  trustBuilder?: boolean | undefined
  /**
   * Each build asks the registries for newer builders and base images.
   * @default `false`
   */
  pull?: boolean | undefined
  /**
   * The network of the containers that build.
   * @default the engine's own
   */
  network?: string | undefined
  /**
   * Mounts for the containers that build, as `docker run --volume` takes them (`./certificates:/platform/bindings/certificates`);
   * a path that begins with `./` or `../` is relative to the Devfile.
   * @default none
   */
  volumes?: readonly string[] | undefined
  /**
   * The name of the volume that keeps what the next build may use again.
   * @default one for each image
   */
  cache?: string | undefined
  /**
   * The image reloads changed files by itself (`BP_LIVE_RELOAD_ENABLED`, which Paketo's buildpacks for interpreted languages
   * know), so that edits are synced into `/workspace`.
   * @default `false`
   */
  live?: boolean | undefined
  /**
   * How changed files get into the running containers. `false`: not at all, every change is a new image.
   * @default with `live` into `/workspace`; else `false`
   */
  sync?: readonly SyncInput[] | false | undefined
}

/** What `custom()` returns. */
export interface CustomInput extends CustomOptions {
  kind: 'custom'
}

/** Builds with a command of your own. It needs a Docker engine, which the sandbox has not. */
export interface CustomOptions extends SyncOptions {
  /**
   * Run by `sh -c`. It leaves an image with the name in the environment variable `DEVLOOP_IMAGE` (also `EXPECTED_REF`, as Tilt
   * calls it) in the Docker engine, or pushes it by that name, which then leads to the cluster's registry.
   */
  command: string
  /**
   * The folder that it runs in.
   * @default `.`
   */
  cwd?: string | undefined
  /**
   * Files and folders; a change of one means a new build.
   * @default the folder in `cwd`
   */
  inputs?: readonly string[] | undefined
  /**
   * Files and folders that the command writes: they are no inputs, so that it never sets itself off.
   * @default none
   */
  outputs?: readonly string[] | undefined
  /**
   * Globs, relative to `cwd`, of files that are no inputs.
   * @default none
   */
  ignore?: readonly string[] | undefined
  /**
   * How changed files get into the running containers. `false`: not at all, every change is a new image.
   * @default `false`
   */
  sync?: readonly SyncInput[] | false | undefined
}

/** What `gradle()` returns. */
export interface GradleInput extends GradleOptions {
  kind: 'gradle'
}

/** Builds with Spring Boot's plugin for Gradle. It needs a Docker engine, which the sandbox has not. */
export interface GradleOptions extends JvmOptions {
  /**
   * A task of the type `BootBuildImage`.
   * @default `bootBuildImage`
   */
  task?: string | undefined
}

/** Builds with Spring Boot's plugin for Maven. It needs a Docker engine, which the sandbox has not. */
export interface MavenInput extends JvmOptions {
  kind: 'maven'
}

/** Builds with Jib's plugin for Gradle or Maven. It needs a Docker engine, which the sandbox has not. */
export interface JibInput extends JvmOptions {
  kind: 'jib'
}

/** What the builders take that leave an image to Gradle or Maven. */
export interface JvmOptions extends SyncOptions {
  /**
   * The folder of the wrapper and of the outermost build file. The tool runs there.
   * @default `.`
   */
  context?: string | undefined
  /**
   * The module that becomes the image: Gradle's path (`:services:orders`), or what Maven's `-pl` takes (`service`,
   * `:artifact`).
   * @default the context's own
   */
  module?: string | undefined
  /**
   * Added to the tool's command line, at its end.
   * @default none
   */
  args?: readonly string[] | undefined
  /**
   * Changed sources are compiled on this machine for the running containers, in place of a new image.
   * @default whether the build names Spring's devtools, or `BP_LIVE_RELOAD_ENABLED`
   */
  live?: boolean | undefined
  /**
   * Rules that stand above what is compiled. `false`: every change is a new image.
   * @default as `live` says
   */
  sync?: readonly SyncInput[] | false | undefined
}

/** What adds to a sync, be it inferred or by rules. */
export interface SyncOptions {
  /**
   * Commands that the container's shell runs after a sync, in this order.
   * @default none
   */
  runs?: readonly RunInput[] | undefined
  /**
   * Files, folders and globs whose change needs a new image, whatever else is said of them.
   * @default none
   */
  rebuildOn?: string | readonly string[] | undefined
}

/** Where changed files belong in the container. The first rule that names a file decides; one that none names needs a new image. */
export interface SyncInput {
  /** A file, a folder or a glob of what the image is made from. What a glob finds keeps its path below the first wildcard. */
  from: string
  /** An absolute path in the container: of the folder, or of the one file. One file into a folder: with a `/` at the end. */
  to: string
  /**
   * What makes the files live: the process starts again, or a command runs in the container.
   * @default nothing: they are live as they are
   */
  then?: 'restart' | { run: string } | undefined
  /**
   * Files that are left alone, relative to `from`; where that is a glob, to the part before its first wildcard.
   * @default none
   */
  ignore?: string | readonly string[] | undefined
  /**
   * What changes in the container comes back to this machine. Such a rule has no `then`.
   * @default `false`
   */
  back?: boolean | undefined
}

/** A command that runs in the container after a sync: `npm ci` after `package.json`, for instance. */
export interface RunInput {
  /** The command. */
  run: string
  /** The files, folders and globs whose sync calls for it. */
  when: string | readonly string[]
}

/** What `defineDevfile()` gives to a function in place of the options. It returns them, and may be async. */
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
