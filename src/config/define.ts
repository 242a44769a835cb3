import { inspect } from 'node:util'
import type {
  BuildpacksInput,
  BuildpacksOptions,
  CustomInput,
  CustomOptions,
  Devfile,
  DevfileFunction,
  DevfileInput,
  DockerInput,
  DockerOptions,
  GradleInput,
  GradleOptions,
  JibInput,
  JvmOptions,
  MavenInput,
} from './input.ts'

/*
 * What a Devfile calls. Everything here returns plain tagged data, so that it does not matter which copy of devloop a
 * Devfile imports; it is checked when the Devfile is loaded. Nothing is imported that costs time to load.
 */

/**
 * Defines the project. A function is called once a load, with the profile, the arguments and the environment; it may
 * be async, and has 30 seconds.
 */
export function defineDevfile(input: DevfileInput | DevfileFunction): Devfile {
  return { kind: 'devfile', input }
}

/** Builds an image from a Dockerfile, with the docker command line and BuildKit. */
export function docker(options: DockerOptions = {}): DockerInput {
  return { kind: 'docker', ...checkOptions('docker', options) }
}

/** Builds an image from source code without a Dockerfile, with the `pack` command line and Cloud Native Buildpacks. */
export function buildpacks(options: BuildpacksOptions = {}): BuildpacksInput {
  return { kind: 'buildpacks', ...checkOptions('buildpacks', options) }
}

/** Builds an image with a command of your own. */
export function custom(options: CustomOptions): CustomInput {
  return { kind: 'custom', ...checkOptions('custom', options) }
}

/** Builds an image with Spring Boot's plugin for Gradle: `./gradlew bootBuildImage`. */
export function gradle(options: GradleOptions = {}): GradleInput {
  return { kind: 'gradle', ...checkOptions('gradle', options) }
}

/** Builds an image with Spring Boot's plugin for Maven: `./mvnw spring-boot:build-image`. */
export function maven(options: JvmOptions = {}): MavenInput {
  return { kind: 'maven', ...checkOptions('maven', options) }
}

/** Builds an image with Jib's plugin for Gradle or Maven, whichever the project is built with. */
export function jib(options: JvmOptions = {}): JibInput {
  return { kind: 'jib', ...checkOptions('jib', options) }
}

/** Thrown at the call, because only there is it known which line of the Devfile is wrong. */
function checkOptions<Options extends object>(name: string, options: Options): Options {
  if (typeof options === 'object' && options !== null && !Array.isArray(options)) return options
  throw new TypeError(`${name}() takes an object of options, not ${inspect(options, { depth: 0 })}`)
}
