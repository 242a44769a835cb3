export type { Builder, BuildInputs, BuildRequest, BuiltImage, LiveCompile } from './build/builder.ts'

export { buildpacks, custom, defineDevfile, docker, gradle, jib, maven } from './config/define.ts'

export type {
  BuildpacksInput,
  BuildpacksOptions,
  CustomInput,
  CustomOptions,
  Devfile,
  DevfileContext,
  DevfileFunction,
  DevfileInput,
  DockerInput,
  DockerOptions,
  GradleInput,
  GradleOptions,
  ImageInput,
  JibInput,
  JvmOptions,
  MavenInput,
  PortInput,
  ProfileInput,
  RegistryInput,
  RunInput,
  SecretInput,
  ServiceInput,
  SyncInput,
  SyncOptions,
} from './config/input.ts'
export type { Failure, FailureCode, Place } from './model/failure.ts'
export type { Result } from './model/result.ts'
