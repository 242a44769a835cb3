import { type Failure, maxOutputLines } from '../../model/failure.ts'
import type { BuildpacksDefinition } from '../../model/image.ts'
import type { ExecOutcome } from '../../util/exec.ts'
import { explainEngineFailure } from '../docker-failure.ts'
import { lifecycleStatus, type Phase } from './lifecycle-status.ts'
import { ownLines, placeIn } from './output.ts'

export interface FailedPack {
  /** The image's name without a tag. */
  readonly ref: string
  readonly definition: BuildpacksDefinition
}

/** Says what went wrong in a build, and where, from what `pack` and the lifecycle in its containers print. */
export function explainPackFailure(
  outcome: Exclude<ExecOutcome, { status: 'succeeded' }>,
  failed: FailedPack,
): Failure {
  if (outcome.status === 'not-found') return missingTool
  const engine = explainEngineFailure(outcome)
  if (engine) return engine
  const output = 'output' in outcome ? outcome.output : []
  const error = output.findLast(line => line.startsWith('ERROR: ')) ?? ''
  const status = /failed with status code: (\d+)/.exec(error)?.[1]
  if (status !== undefined) return failedLifecycle(Number(status), output, failed)
  return {
    ...failedStart(output, error, failed),
    at: { file: failed.definition.context },
    output: output.slice(-maxOutputLines),
  }
}

/** The build went well, and yet the engine of the cluster has no such image. */
export function missingImage(wanted: string): Failure {
  return {
    code: 'build/failed',
    message: `pack build ended well, but left no image ${wanted} in the engine.`,
    why: 'It uses another engine than the docker command line.',
    cure: 'Point DOCKER_HOST at the engine of `docker context inspect`, and start devloop again.',
  }
}

const missingTool: Failure = {
  code: 'build/no-tool',
  message: 'The command "pack" was not found.',
  why: 'buildpacks() builds with the pack command line of buildpacks.io.',
  cure: 'Install it (brew install buildpacks/tap/pack, pacman -S pack-cli, choco install pack, or a release from https://github.com/buildpacks/pack/releases) so that "pack version" works; devloop goes on by itself.',
  tool: 'pack',
}

/** The containers of the build ran, and one of them failed. */
function failedLifecycle(
  status: number,
  output: readonly string[],
  { ref, definition }: FailedPack,
): Failure {
  const { phase, words, cure } = lifecycleStatus(status)
  const own = ownLines(output, phase)
  const place = phase === 'building' ? placeIn(own, definition.context) : undefined
  // The first one: what follows from it comes after it.
  const why = own
    .find(line => /error\b|failed|cannot|not found|denied/i.test(line))
    ?.replace(/^\s*ERROR: /, '')
    .trim()
  return {
    code: 'build/failed',
    message: `The image ${ref} could not be built: ${words} (status ${status}).`,
    at: place ?? { file: definition.context },
    ...(why && { why }),
    cure: cure ?? cures[phase],
    output: own.slice(-maxOutputLines),
  }
}

const cures: Readonly<Record<Phase, string>> = {
  detecting:
    'Look at context in the Devfile: it is the folder that holds package.json, go.mod, pom.xml or the like. Or name what is to build it: buildpacks: [...].',
  building: 'Correct what the buildpack complains of; the build starts again when a file is saved.',
  other:
    'Save a file to try again; where it stays, run the same pack build with --verbose, and look for the phase that fails.',
}

/** `pack` gave up before any container of the build ran. */
function failedStart(
  output: readonly string[],
  error: string,
  { ref, definition }: FailedPack,
): Pick<Failure, 'code' | 'message' | 'why' | 'cure'> {
  const why = error.replace(/^ERROR: (?:failed to build: )?/, '')
  const { builder } = definition
  const because = why === '' ? {} : { why }
  if (output.some(line => line.startsWith('Please select a default builder'))) {
    return {
      code: 'build/missing-input',
      message: `No builder is given for the image ${ref}.`,
      cure: "Name one in the Devfile, as in buildpacks({ builder: 'paketobuildpacks/builder-jammy-base' }); `pack builder suggest` lists others.",
    }
  }
  if (/builder image/.test(error)) {
    return {
      code: 'build/failed',
      message: `The builder ${builder ?? 'image'} cannot be had.`,
      ...because,
      cure: 'Correct its name in the Devfile, or see that `docker pull` can get it (network, docker login).',
    }
  }
  if (/invalid builder/.test(error)) {
    return {
      code: 'build/failed',
      message: `${builder ?? 'The image'} is no builder that pack can use.`,
      ...because,
      cure: 'Name a builder: `pack builder suggest` lists some, and `pack builder inspect` looks into one.',
    }
  }
  if (/lifecycle image|Builder must be trusted/.test(error)) {
    return {
      code: 'build/failed',
      message: `The builder ${builder ?? 'of the project'} is not trusted, and the image that untrusted ones need cannot be had.`,
      ...because,
      cure: 'Write trustBuilder: true in the Devfile if you trust whoever made the builder: it is then given the credentials of your registries.',
    }
  }
  return {
    code: 'build/failed',
    message: `The image ${ref} could not be built.`,
    ...because,
    cure: 'Correct what pack complains of; the build starts again when a file is saved.',
  }
}
