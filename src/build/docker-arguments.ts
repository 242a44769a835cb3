import type { BuildSecret, DockerDefinition, SshAccess } from '../model/image.ts'
import type { Dialect } from './dialect.ts'

export interface BuildArguments {
  readonly dialect: Dialect
  /** The image's name, without a tag. */
  readonly ref: string
  /** Where the engine writes the image's id. */
  readonly idFile: string
  /** Whether the image is made from another of the same Devfile, which only this engine has. */
  readonly hasOwnBase: boolean
}

/** What `docker build` is given (https://docs.docker.com/reference/cli/docker/buildx/build/), and its like. */
export function buildArguments(
  definition: DockerDefinition,
  { dialect, ref, idFile, hasOwnBase }: BuildArguments,
): readonly string[] {
  const { context, dockerfile, target, args, secrets } = definition
  const { ssh = [], platform, cacheFrom = [], pull = false, network, labels = {} } = definition
  return [
    'build',
    ...dialect.always,
    `--iidfile=${idFile}`,
    `--file=${dockerfile}`,
    ...(dialect.needsName ? [`--tag=${ref}:devloop`] : []),
    ...(target === undefined ? [] : [`--target=${target}`]),
    ...(platform === undefined ? [] : [`--platform=${platform}`]),
    // A registry would be asked for every base, and none has those that were built here.
    ...(pull && !hasOwnBase ? dialect.pull : dialect.noPull),
    ...(network === undefined || !dialect.saysNetwork(network) ? [] : [`--network=${network}`]),
    ...cacheFrom.filter(dialect.takesCache).map(source => `--cache-from=${source}`),
    ...Object.entries(args).map(([name, value]) => `--build-arg=${name}=${value}`),
    ...Object.entries(labels).map(([name, value]) => `--label=${name}=${value}`),
    ...secrets.map(secretArgument),
    ...sshArguments(ssh),
    context,
  ]
}

function secretArgument(secret: BuildSecret): string {
  return 'file' in secret
    ? `--secret=id=${secret.id},src=${secret.file}`
    : `--secret=id=${secret.id},env=${secret.env}`
}

function sshArguments(ssh: SshAccess): readonly string[] {
  return ssh === 'default' ? ['--ssh=default'] : ssh.map(({ id, path }) => `--ssh=${id}=${path}`)
}
