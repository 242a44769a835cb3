import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Failure } from '../model/failure.ts'
import type { EngineBuild } from '../model/image-engine.ts'
import { fail, ok, type Result } from '../model/result.ts'
import { exec } from '../util/exec.ts'
import { buildCommand } from './buildx.ts'
import { dialectOf, missingAbility } from './dialect.ts'
import { buildArguments } from './docker-arguments.ts'
import type { DockerCommand } from './docker-command.ts'
import { explainBuildFailure } from './docker-failure.ts'

/** Builds a Dockerfile with the command line of docker, podman or nerdctl. @returns the image's id. */
export async function buildWithDocker(
  docker: DockerCommand,
  { definition, text, ref, ownBases, signal, onLine }: EngineBuild,
): Promise<Result<string>> {
  const dialect = dialectOf(docker)
  const missing = missingAbility(dialect, definition)
  if (missing !== undefined) return fail(needsBuildKit(missing))
  const readProgress = dialect.reader()
  const folder = await mkdtemp(path.join(tmpdir(), 'devloop-build-'))
  try {
    const idFile = path.join(folder, 'image-id')
    const program = dialect.takesPlugin ? buildCommand(docker) : { command: docker.command, env: {} }
    const outcome = await exec({
      command: program.command,
      args: buildArguments(definition, { dialect, ref, idFile, hasOwnBase: ownBases.size > 0 }),
      cwd: definition.context,
      env: { ...docker.env, ...dialect.env, ...program.env },
      signal,
      onLine(line) {
        const shown = readProgress(line)
        if (shown !== undefined) onLine(shown)
      },
    })
    if (outcome.status !== 'succeeded') {
      const output = 'output' in outcome ? outcome.output : []
      const { command } = docker
      return fail(
        explainBuildFailure(outcome, { command, dockerfile: definition.dockerfile, text, ref, output }),
      )
    }
    return ok((await readFile(idFile, 'utf8')).trim())
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function needsBuildKit(option: string): Failure {
  return {
    code: 'build/failed',
    message: `Docker's classic builder has no ${option}.`,
    why: 'The environment variable DOCKER_BUILDKIT switches BuildKit off.',
    cure: `Unset it and start devloop again, or leave ${option} out of the Devfile.`,
  }
}
