import { type Failure, maxOutputLines } from '../model/failure.ts'
import { parseImageReference } from '../model/image.ts'
import { fail, ok, type Result } from '../model/result.ts'
import { exec } from '../util/exec.ts'
import type { ClusterProvider, LoadOptions } from './provider.ts'
import { type AdvertisedRegistry, repositoryOf } from './registry-address.ts'
import { heldDigest, isDigest } from './registry-digest.ts'
import { explainPushFailure } from './registry-failure.ts'

export interface RegistryOptions {
  /** Of the cluster, for messages: `kind`. */
  readonly name: string
  readonly registry: AdvertisedRegistry
  /** What the docker command line needs in its environment to reach the engine that images are built with. */
  readonly engineEnv: Readonly<Record<string, string>>
}

/** A large image into a slow registry takes minutes; one that takes longer than this will not come to an end. */
const pushTimeoutMs = 15 * 60_000
/** What only names or forgets something; an engine that hangs does so for good. */
const quickTimeoutMs = 30_000

/**
 * A registry between the engine and the cluster's nodes. The engine sends it the layers that it lacks, the nodes take
 * from it those that they lack, and pods name an image by its digest: what runs is what was pushed.
 */
export function registryProvider({ name, registry, engineEnv }: RegistryOptions): ClusterProvider {
  const { host, hostFromNodes } = registry
  return {
    name,
    async load(reference, options) {
      const { name: image, tag = 'latest' } = parseImageReference(reference)
      const repository = repositoryOf(image, host)
      // A tag is made from the content, so that what the registry has by it is this very image.
      const held = await heldDigest({ host, repository, tag }, options.signal)
      const target = `${host}/${repository}:${tag}`
      const digest =
        held === undefined
          ? await pushImage(reference, target, { registry, engineEnv, ...options })
          : ok(held)
      return digest.ok ? ok(`${hostFromNodes}/${repository}@${digest.value}`) : digest
    },
    describe: () => `${name}, by the registry ${host}${alias(registry)}: only layers that it lacks are sent`,
  }
}

function alias({ host, hostFromNodes }: AdvertisedRegistry): string {
  return host === hostFromNodes ? '' : ` (${hostFromNodes} for its nodes)`
}

interface PushOptions extends LoadOptions, Pick<RegistryOptions, 'registry' | 'engineEnv'> {}

/** Gives the digest of the manifest that the registry now has. */
async function pushImage(
  reference: string,
  target: string,
  { registry, engineEnv: env, signal, onLine }: PushOptions,
): Promise<Result<string>> {
  const docker = { command: 'docker', env, timeoutMs: quickTimeoutMs }
  const tagged = await exec({ ...docker, args: ['tag', reference, target], signal })
  if (tagged.status !== 'succeeded') return fail(explainPushFailure(tagged, registry))
  try {
    const pushed = await exec({
      ...docker,
      args: ['push', target],
      signal,
      timeoutMs: pushTimeoutMs,
      onLine: line => {
        if (!isNoise(line)) onLine(line)
      },
    })
    if (pushed.status !== 'succeeded') return fail(explainPushFailure(pushed, registry))
    const digest = digestIn(pushed.output)
    return digest === undefined ? fail(noDigest(registry, pushed.output)) : ok(digest)
  } finally {
    // The engine sends by a name, and would keep it and with it the image for good. Where the task was aborted, too.
    await exec({ ...docker, args: ['image', 'rm', target], signal: new AbortController().signal })
  }
}

/** A push that went well says at its end: `devloop-0123456789abcdef: digest: sha256:… size: 1234`. */
function digestIn(output: readonly string[]): string | undefined {
  const digest = /: digest: (\S+) size: \d+$/.exec(
    output.findLast(line => line.includes(': digest: ')) ?? '',
  )?.[1]
  return digest !== undefined && isDigest(digest) ? digest : undefined
}

function noDigest({ host }: AdvertisedRegistry, output: readonly string[]): Failure {
  return {
    code: 'cluster/load',
    message: `The image was pushed to the registry ${host}, but docker did not say what the registry calls it.`,
    cure: 'Use the docker command line of Docker itself.',
    output: output.slice(-maxOutputLines),
  }
}

/** What a push says of every layer before something has happened to it, and each second of a wait. */
function isNoise(line: string): boolean {
  return /: (?:Preparing|Waiting|Layer already exists|Retrying in \d*[1-46-9] seconds?)$|^The push refers to/.test(
    line,
  )
}
