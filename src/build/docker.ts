import path from 'node:path'
import type { Failure } from '../model/failure.ts'
import type { DockerDefinition } from '../model/image.ts'
import type { ImageEngine } from '../model/image-engine.ts'
import { fail, ok, type Result } from '../model/result.ts'
import { ownBases } from './bases.ts'
import type { Builder, BuildRequest, BuiltImage } from './builder.ts'
import { checkSsh, secretValues } from './docker-credentials.ts'
import { type DockerInputs, dockerInputs } from './docker-inputs.ts'
import { redactFailure, redactor } from './redact.ts'
import { tagByContent } from './tag-by-content.ts'

/** Builds a Dockerfile with whatever engine there is. */
export function dockerBuilder(definition: DockerDefinition, engine: ImageEngine): Builder {
  const inputs = dockerInputs(definition)
  return {
    inputs: async () => ok(await inputs()),
    build: async request => build(definition, engine, await inputs(), request),
  }
}

async function build(
  definition: DockerDefinition,
  engine: ImageEngine,
  { text, bases }: DockerInputs,
  request: BuildRequest,
): Promise<Result<BuiltImage>> {
  if (text === undefined) return fail(missingDockerfile(definition))
  const secrets = await secretValues(definition.secrets)
  if (!secrets.ok) return secrets
  const ssh = await checkSsh(definition.ssh ?? [])
  if (!ssh.ok) return ssh

  const redact = redactor([...secrets.value.values()])
  const built = await engine.build({
    definition,
    text,
    ref: request.ref,
    ownBases: ownBases(bases, request.bases),
    secrets: secrets.value,
    signal: request.signal,
    onLine: line => request.onLine(redact(line)),
  })
  if (!built.ok) return fail(redactFailure(built.failure, redact))
  return tagByContent(engine, { ref: request.ref, id: built.value, signal: request.signal })
}

function missingDockerfile({ context, dockerfile }: DockerDefinition): Failure {
  return {
    code: 'build/no-dockerfile',
    message: 'There is no Dockerfile here.',
    at: { file: dockerfile },
    cure: `Create it, or name the right one in the Devfile: docker({ context: '${path.basename(context)}', dockerfile: '…' }).`,
  }
}
