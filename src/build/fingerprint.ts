import { createHash, hash } from 'node:crypto'
import type { BuilderDefinition } from '../model/image.ts'
import { createPace } from '../util/pace.ts'
import type { FileDigests } from './file-digests.ts'

/** The files that an image is made from, as they were at one moment. */
export interface FilesFingerprint {
  /** The same for the same paths with the same contents, permissions and link destinations. */
  readonly content: string
  /** Another one where a file was written since, whatever was written. */
  readonly stamps: string
}

/**
 * Fingerprints files: undefined where one cannot be read, so that nothing can be said of them.
 *
 * @param paths absolute, in any order.
 */
export async function fingerprintFiles(
  paths: readonly string[],
  digests: FileDigests,
  signal: AbortSignal,
): Promise<FilesFingerprint | undefined> {
  const content = createHash('sha256')
  const stamps = createHash('sha256')
  const pace = createPace()
  for (const path of [...paths].sort()) {
    if (signal.aborted) return undefined
    try {
      const state = await digests.stateOf(path)
      content.update(`${path}\0${state?.digest}\0`)
      stamps.update(`${path}\0${state?.stamp}\0`)
    } catch {
      return undefined
    }
    await pace()
  }
  return { content: content.digest('base64'), stamps: stamps.digest('base64') }
}

export interface Inputs {
  readonly definition: BuilderDefinition
  readonly files: FilesFingerprint
  /** What each image is that this one is made from, by the name that the build file has for it. */
  readonly bases: ReadonlyMap<string, string>
}

/** To be counted up when devloop makes other images of the same inputs. */
const format = 1

/**
 * All that decides on an image, as 16 hexadecimal digits. Secrets are in it only as digests. What a build gets from the
 * network is not, nor the environment of a command: as for Docker's own cache, that is no change.
 */
export function fingerprintInputs({ definition, files, bases }: Inputs): string {
  const parts = [
    format,
    describe(definition),
    files.content,
    [...bases].sort(([one], [other]) => (one < other ? -1 : 1)),
    // The one variable by which the docker command line makes another image of the same.
    process.env.DOCKER_DEFAULT_PLATFORM ?? '',
  ]
  return hash('sha256', JSON.stringify(parts)).slice(0, 16)
}

/** How running containers are given files is not part of the image. */
function describe(definition: BuilderDefinition): readonly unknown[] {
  const made = Object.entries(definition).filter(([name]) => name !== 'sync')
  const secrets = definition.kind === 'docker' ? definition.secrets : []
  // A secret that is a file is one of the files.
  return [made, secrets.map(secret => ('env' in secret ? digestOf(process.env[secret.env]) : ''))]
}

function digestOf(secret: string | undefined): string {
  return secret === undefined ? '' : hash('sha256', secret)
}
