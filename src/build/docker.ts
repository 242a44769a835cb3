import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { baseImages } from '../dockerfile/base-images.ts'
import type { Failure } from '../model/failure.ts'
import type { DockerDefinition } from '../model/image.ts'
import { fail, ok, type Result } from '../model/result.ts'
import { exec } from '../util/exec.ts'
import { readIfThere } from '../util/files.ts'
import { type Bases, ownBases } from './bases.ts'
import type { Builder, BuildRequest, BuiltImage } from './builder.ts'
import { buildCommand } from './buildx.ts'
import { dialectOf, missingAbility } from './dialect.ts'
import { buildArguments } from './docker-arguments.ts'
import { type DockerCommand, tagByContent, tagImage } from './docker-command.ts'
import { checkSsh, secretValues } from './docker-credentials.ts'
import { explainBuildFailure } from './docker-failure.ts'
import { dockerInputs } from './docker-inputs.ts'
import { redactor } from './redact.ts'

/** Builds a Dockerfile with the command line of docker, podman or nerdctl. */
export function dockerBuilder(definition: DockerDefinition, docker: DockerCommand): Builder {
  const inputs = dockerInputs(definition)
  return {
    inputs: async () => ok(await inputs()),
    build: request => build(definition, docker, request),
  }
}

async function build(
  definition: DockerDefinition,
  docker: DockerCommand,
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

  const redact = redactor(secrets.value)
  const readProgress = dialect.reader()
  const folder = await mkdtemp(path.join(tmpdir(), 'devloop-build-'))
  try {
    const idFile = path.join(folder, 'image-id')
    const program = dialect.takesPlugin ? buildCommand(docker) : { command: docker.command, env: {} }
    const outcome = await exec({
      command: program.command,
      args: buildArguments(definition, { dialect, ref: request.ref, idFile, hasOwnBase: bases.size > 0 }),
      cwd: definition.context,
      env: { ...docker.env, ...dialect.env, ...program.env },
      signal: request.signal,
      onLine(line) {
        const shown = readProgress(line)
        if (shown !== undefined) request.onLine(redact(shown))
      },
    })
    if (outcome.status !== 'succeeded') {
      const output = 'output' in outcome ? outcome.output.map(redact) : []
      const { command } = docker
      const { dockerfile } = definition
      return fail(explainBuildFailure(outcome, { command, dockerfile, text, ref: request.ref, output }))
    }
    const id = (await readFile(idFile, 'utf8')).trim()
    return await tagByContent(docker, { ref: request.ref, id, signal: request.signal })
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
