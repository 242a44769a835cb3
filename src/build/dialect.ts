import type { DockerDefinition } from '../model/image.ts'
import type { DockerCommand } from './docker-command.ts'
import { progressReader } from './docker-progress.ts'
import { stepReader } from './step-progress.ts'

/** In what one command line's `build` differs from another's. */
export interface Dialect {
  readonly env: Readonly<Record<string, string>>
  /** Options of every build. */
  readonly always: readonly string[]
  /** Asks the registries for newer bases. */
  readonly pull: readonly string[]
  /** Takes the bases that are there. */
  readonly noPull: readonly string[]
  /** There are `RUN --mount`, secrets and SSH. */
  readonly hasMounts: boolean
  /** Docker's plugin takes the same options. */
  readonly takesPlugin: boolean
  /** Without a name the image would get one that is made up, and stays. */
  readonly needsName: boolean
  /** Whether it can use a source of layers, as `--cache-from` of BuildKit takes them. */
  takesCache(source: string): boolean
  /** Whether the network has to be said. */
  saysNetwork(network: string): boolean
  /** Reads what it prints; see `progressReader`. */
  readonly reader: () => (line: string) => string | undefined
}

/**
 * How the command line is spoken to. Docker's classic builder is used where the user chose it by `DOCKER_BUILDKIT=0`, as
 * docker itself does: the way to engines that have no BuildKit, such as podman's behind docker's own command line.
 */
export function dialectOf(
  { command, env }: Pick<DockerCommand, 'command' | 'env'>,
  outer: Readonly<Record<string, string | undefined>> = process.env,
): Dialect {
  if (command === 'podman') return podman
  if (command === 'nerdctl') return nerdctl
  return isFalse(env.DOCKER_BUILDKIT ?? outer.DOCKER_BUILDKIT) ? classic : buildKit
}

/** Which of the definition's options the builder cannot do without; undefined where it can do all. */
export function missingAbility(dialect: Dialect, { secrets, ssh }: DockerDefinition): string | undefined {
  if (dialect.hasMounts) return undefined
  if (secrets.length > 0) return 'secrets'
  return ssh === undefined ? undefined : 'ssh'
}

const buildKit: Dialect = {
  // Attestations hold the time, so that the same content would get another digest each time. Command lines before 23,
  // which make none, refuse the option against them; the variable is unknown to them, and no fault.
  env: { DOCKER_BUILDKIT: '1', BUILDX_NO_DEFAULT_ATTESTATIONS: '1' },
  always: ['--progress=plain'],
  pull: ['--pull'],
  noPull: [],
  hasMounts: true,
  takesPlugin: true,
  needsName: false,
  takesCache: () => true,
  saysNetwork: () => true,
  reader: progressReader,
}

/** Its options are those of docker from before BuildKit, without `--progress`, `--secret` and `--ssh`. */
const classic: Dialect = {
  ...buildKit,
  env: { DOCKER_BUILDKIT: '0' },
  // Otherwise the container of a step that fails stays.
  always: ['--force-rm'],
  hasMounts: false,
  takesPlugin: false,
  takesCache: isImage,
  reader: stepReader,
}

/** By podman-build(1); seen of podman 4.3. */
const podman: Dialect = {
  ...buildKit,
  env: {},
  takesPlugin: false,
  always: [],
  pull: ['--pull=always'],
  // Before version 4.5 each build asks for newer bases by itself.
  noPull: ['--pull=missing'],
  // Repositories of such layers only: it refuses a tag or a digest.
  takesCache: source => isImage(source) && !/[:@][^/]*$/.test(source),
  // It has no network that is called `default`.
  saysNetwork: network => network !== 'default',
  reader: stepReader,
}

/** By its docs/command-reference.md. BuildKit is behind it, too. */
const nerdctl: Dialect = {
  ...buildKit,
  env: {},
  takesPlugin: false,
  pull: ['--pull=true'],
  needsName: true,
}

function isImage(source: string): boolean {
  return !source.includes('=')
}

/** By Go's `strconv.ParseBool`, which docker reads the variable with. */
function isFalse(value: string | undefined): boolean {
  return value !== undefined && ['0', 'f', 'F', 'false', 'False', 'FALSE'].includes(value)
}
