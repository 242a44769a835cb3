import type { BuildSecret, DockerDefinition, SshAccess } from '../model/image.ts'
import type { Dialect } from './dialect.ts'

/** One time that an image is built. */
export interface BuildAttempt {
  /** The image's name, without a tag. */
  readonly ref: string
  readonly definition: DockerDefinition
  /** Whether the registries are asked for newer bases. */
  readonly asksForBases: boolean
  readonly signal: AbortSignal
  /** A line that the command line prints. */
  readonly onLine: (line: string) => void
}

/**
 * What `docker build` is given (https://docs.docker.com/reference/cli/docker/buildx/build/), and its like.
 *
 * @param idFile where the engine writes the image's id
 */
export function buildArguments(
  { ref, definition, asksForBases }: BuildAttempt,
  dialect: Dialect,
  idFile: string,
): readonly string[] {
  const { context, dockerfile, target, args, secrets } = definition
  const { ssh = [], platform, cacheFrom = [], network, labels = {} } = definition
  return [
    'build',
    ...dialect.always,
    `--iidfile=${idFile}`,
    `--file=${dockerfile}`,
    ...(dialect.needsName ? [`--tag=${ref}:devloop`] : []),
    ...(target === undefined ? [] : [`--target=${target}`]),
    ...(platform === undefined ? [] : [`--platform=${platform}`]),
    ...(asksForBases ? dialect.pull : dialect.noPull),
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
