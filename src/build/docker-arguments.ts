import type { BuildSecret, DockerDefinition, SshAccess } from '../model/image.ts'

export interface BuildArguments {
  /** Where the engine writes the image's id. */
  readonly idFile: string
  /** Whether the image is made from another of the same Devfile, which only this engine has. */
  readonly hasOwnBase: boolean
}

/** What `docker build` is given (https://docs.docker.com/reference/cli/docker/buildx/build/). */
export function buildArguments(
  definition: DockerDefinition,
  { idFile, hasOwnBase }: BuildArguments,
): readonly string[] {
  const { context, dockerfile, target, args, secrets } = definition
  const { ssh = [], platform, cacheFrom = [], pull = false, network, labels = {} } = definition
  return [
    'build',
    '--progress=plain',
    `--iidfile=${idFile}`,
    `--file=${dockerfile}`,
    ...(target === undefined ? [] : [`--target=${target}`]),
    ...(platform === undefined ? [] : [`--platform=${platform}`]),
    // With it the engine asks a registry for every base, and none has those that were built here.
    ...(pull && !hasOwnBase ? ['--pull'] : []),
    ...(network === undefined ? [] : [`--network=${network}`]),
    ...cacheFrom.map(source => `--cache-from=${source}`),
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
