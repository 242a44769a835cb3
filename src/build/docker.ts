import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { baseImages } from '../dockerfile/base-images.ts'
import type { Failure } from '../model/failure.ts'
import type { DockerDefinition } from '../model/image.ts'
import { fail, ok, type Result } from '../model/result.ts'
import { exec } from '../util/exec.ts'
import { readIfThere } from '../util/files.ts'
import type { Bakery } from './bake.ts'
import { type Bases, ownBases } from './bases.ts'
import type { Builder, BuildRequest, BuiltImage } from './builder.ts'
import { buildCommand } from './buildx.ts'
import { dialectOf, missingAbility } from './dialect.ts'
import { type BuildAttempt, buildArguments } from './docker-arguments.ts'
import { type DockerCommand, tagByContent, tagImage } from './docker-command.ts'
import { checkSsh, secretValues } from './docker-credentials.ts'
import { type BuildOutcome, explainBuildFailure } from './docker-failure.ts'
import { dockerInputs } from './docker-inputs.ts'
import { redactor } from './redact.ts'

/**
 * Builds a Dockerfile with the command line of docker, podman or nerdctl.
 *
 * @param bakery builds it together with others, where that can be
 */
export function dockerBuilder(definition: DockerDefinition, docker: DockerCommand, bakery?: Bakery): Builder {
  const inputs = dockerInputs(definition)
  return {
    inputs: async () => ok(await inputs()),
    build: request => build(definition, { docker, bakery }, request),
  }
}

interface Tools {
  readonly docker: DockerCommand
  readonly bakery: Bakery | undefined
}

async function build(
  definition: DockerDefinition,
  { docker, bakery }: Tools,
  request: BuildRequest,
): Promise<Result<BuiltImage>> {
  const text = await readIfThere(definition.dockerfile)
  if (text === undefined) return fail(missingDockerfile(definition))
  const dialect = dialectOf(docker)
  const missing = missingAbility(dialect, definition)
  if (missing !== undefined) return fail(needsBuildKit(missing))
  const bases = ownBases(baseImages(text, definition.args), request.bases)
  const tagged = await tagBases(bases, docker, request.signal)
  if (!tagged.ok) return tagged
  const secrets = await secretValues(definition.secrets)
  if (!secrets.ok) return secrets
  const ssh = await checkSsh(definition.ssh ?? [])
  if (!ssh.ok) return ssh

  const { ref, signal } = request
  const redact = redactor(secrets.value)
  const readProgress = dialect.reader()
  const attempt: BuildAttempt = {
    ref,
    definition,
    // A registry would be asked for every base, and none has those that were built here.
    asksForBases: definition.pull === true && bases.size === 0,
    signal,
    onLine(line) {
      const shown = readProgress(line)
      if (shown !== undefined) request.onLine(redact(shown))
    },
  }
  const outcome = (await bakery?.build(attempt)) ?? (await buildAlone(attempt, docker))
  if (outcome.status === 'succeeded') return outcome.image
  const output = 'output' in outcome ? outcome.output.map(redact) : []
  const { command } = docker
  const { dockerfile } = definition
  return fail(explainBuildFailure(outcome, { command, dockerfile, text, ref, output }))
}

async function buildAlone(attempt: BuildAttempt, docker: DockerCommand): Promise<BuildOutcome> {
  const { ref, definition, signal, onLine } = attempt
  const dialect = dialectOf(docker)
  const folder = await mkdtemp(path.join(tmpdir(), 'devloop-build-'))
  try {
    const idFile = path.join(folder, 'image-id')
    const program = dialect.takesPlugin ? buildCommand(docker) : { command: docker.command, env: {} }
    const outcome = await exec({
      command: program.command,
      args: buildArguments(attempt, dialect, idFile),
      cwd: definition.context,
      env: { ...docker.env, ...dialect.env, ...program.env },
      signal,
      onLine,
    })
    if (outcome.status !== 'succeeded') return outcome
    const id = (await readFile(idFile, 'utf8')).trim()
    return { status: 'succeeded', image: await tagByContent(docker, { ref, id, signal }) }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Gives the newest builds of this project's images the names under which the Dockerfile asks for them. */
async function tagBases(bases: Bases, docker: DockerCommand, signal: AbortSignal): Promise<Result<void>> {
  for (const [name, reference] of bases) {
    const tagged = await tagImage(docker, { source: reference, name, signal })
    if (!tagged.ok) return tagged
  }
  return ok(undefined)
}

function needsBuildKit(option: string): Failure {
  return {
    code: 'build/failed',
    message: `Docker's classic builder has no ${option}.`,
    why: 'The environment variable DOCKER_BUILDKIT switches BuildKit off.',
    cure: `Unset it and start devloop again, or leave ${option} out of the Devfile.`,
  }
}

function missingDockerfile({ context, dockerfile }: DockerDefinition): Failure {
  return {
    code: 'build/no-dockerfile',
    message: 'There is no Dockerfile here.',
    at: { file: dockerfile },
    cure: `Create it, or name the right one in the Devfile: docker({ context: '${path.basename(context)}', dockerfile: '…' }).`,
  }
}
