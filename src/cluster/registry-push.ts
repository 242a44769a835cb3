import { type Failure, maxOutputLines } from '../model/failure.ts'
import { fail, ok, type Result } from '../model/result.ts'
import { findContainerTool } from '../util/container-tool.ts'
import { exec } from '../util/exec.ts'
import type { EngineEnv, LoadOptions } from './provider.ts'
import type { AdvertisedRegistry } from './registry-address.ts'
import { type HeldImage, heldDigest, isDigest } from './registry-digest.ts'
import { explainPushFailure } from './registry-failure.ts'

export interface PushOptions extends LoadOptions {
  readonly registry: AdvertisedRegistry
  readonly engineEnv: EngineEnv
}

/** A large image into a slow registry takes minutes; one that takes longer than this will not come to an end. */
const pushTimeoutMs = 15 * 60_000
/** What only names or forgets something; an engine that hangs does so for good. */
const quickTimeoutMs = 30_000

/**
 * Has the engine send an image to a registry. Gives the digest of the manifest that the registry now has. The engine is
 * left as it was: the name that it needs for this goes again, also where the push failed or was aborted.
 */
export async function pushImage(
  reference: string,
  place: HeldImage,
  { registry, engineEnv: env, signal, onLine }: PushOptions,
): Promise<Result<string>> {
  const command = findContainerTool({ ...process.env, ...env })
  const quick = { command, env, timeoutMs: quickTimeoutMs }
  const target = `${place.host}/${place.repository}:${place.tag}`
  // Manifests may name the image as the registry has it.
  const isNamed = target === reference
  if (!isNamed) {
    const tagged = await exec({ ...quick, args: ['tag', reference, target], signal })
    if (tagged.status !== 'succeeded') return fail(explainPushFailure(tagged, registry))
  }
  try {
    const pushed = await exec({
      ...quick,
      args: ['push', target],
      signal,
      timeoutMs: pushTimeoutMs,
      onLine: line => {
        if (!isNoise(line)) onLine(line)
      },
    })
    if (pushed.status !== 'succeeded') return fail(explainPushFailure(pushed, registry))
    const digest = digestIn(pushed.output) ?? (await heldDigest(place, signal))
    return digest === undefined ? fail(noDigest(registry, pushed.output)) : ok(digest)
  } finally {
    const forget = { ...quick, args: ['image', 'rm', target], signal: new AbortController().signal }
    if (!isNamed) await exec(forget)
  }
}

/** Docker says at the end of a push: `devloop-0123456789abcdef: digest: sha256:… size: 1234`. Other tools do not. */
function digestIn(output: readonly string[]): string | undefined {
  const said = output.map(line => /: digest: (\S+) size: \d+$/.exec(line)?.[1])
  return said.findLast(digest => digest !== undefined && isDigest(digest))
}

function noDigest({ host }: AdvertisedRegistry, output: readonly string[]): Failure {
  return {
    code: 'cluster/load',
    message: `The image was pushed to the registry ${host}, but it is not known what the registry calls it.`,
    cure: 'Use the docker command line of Docker itself, which tells the digest.',
    output: output.slice(-maxOutputLines),
  }
}

/** What a push says of every layer before something has happened to it, and most seconds of a wait. */
function isNoise(line: string): boolean {
  return /: (?:Preparing|Waiting|Layer already exists|Retrying in \d*[1-46-9] seconds?)$|^The push refers to/.test(
    line,
  )
}
