export type { Builder, BuildInputs, BuildRequest, BuiltImage, LiveCompile } from './build/builder.ts'
export { custom, defineDevfile, docker } from './config/define.ts'
export type {
  CustomInput,
  CustomOptions,
  Devfile,
  DevfileContext,
  DevfileFunction,
  DevfileInput,
  DockerInput,
  DockerOptions,
  ImageInput,
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
