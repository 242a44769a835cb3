import type { BuildpacksDefinition } from '../../model/image.ts'

export interface PackRequest {
  /** The name that the image is to have. */
  readonly wanted: string
  /** How `pack` reaches the engine. */
  readonly env: Readonly<Record<string, string>>
}

/**
 * What `pack` is given (https://buildpacks.io/docs/for-platform-operators/how-to/integrate-ci/pack/cli/pack_build/). What
 * the Devfile does not say is left to `pack` and to project.toml, over which an option stands.
 */
export function packArguments(
  {
    context,
    builder,
    buildpacks,
    env,
    envFile,
    trustBuilder,
    pull,
    network,
    volumes,
    cache,
  }: BuildpacksDefinition,
  request: PackRequest,
): readonly string[] {
  return [
    'build',
    request.wanted,
    '--no-color',
    `--path=${context}`,
    ...(builder === undefined ? [] : [`--builder=${builder}`]),
    ...buildpacks.map(buildpack => `--buildpack=${buildpack}`),
    ...Object.entries(env).map(([name, value]) => `--env=${name}=${value}`),
    ...(envFile === undefined ? [] : [`--env-file=${envFile}`]),
    ...(trustBuilder ? ['--trust-builder'] : []),
    // By itself it asks the registries for newer images with each build, which takes seconds and needs the network.
    `--pull-policy=${pull ? 'always' : 'if-not-present'}`,
    ...(network === undefined ? [] : [`--network=${network}`]),
    ...(volumes ?? []).map(volume => `--volume=${volume}`),
    // Without a name each image has a volume of its own, which `pack` names after it.
    ...(cache === undefined ? [] : [`--cache=type=build;format=volume;name=${cache}`]),
    ...dockerHost(process.env.DOCKER_HOST ?? request.env.DOCKER_HOST),
  ]
}

/**
 * The containers of a build write the image into the engine, and are given `/var/run/docker.sock` for it. A rootless engine
 * on this machine has its socket in the user's runtime folder instead; any other path or address leads into a virtual
 * machine, in which the usual one is right.
 */
function dockerHost(host: string | undefined): readonly string[] {
  return host?.startsWith('unix:///run/user/') ? ['--docker-host=inherit'] : []
}
