import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Failure } from '../model/failure.ts'
import {
  type BuildSecret,
  type DockerDefinition,
  normalizeImageName,
  parseImageReference,
} from '../model/image.ts'
import { fail, ok, type Result } from '../model/result.ts'
import { exec } from '../util/exec.ts'
import { readIfThere } from '../util/files.ts'
import type { Builder, BuildInputs, BuildRequest, BuiltImage } from './builder.ts'
import { type DockerCommand, tagByContent } from './docker-command.ts'
import { explainBuildFailure } from './docker-failure.ts'
import { progressReader } from './docker-progress.ts'
import { baseImages } from './dockerfile.ts'
import { ignoreFiles, parseDockerIgnore, readIgnoreRules } from './dockerignore.ts'
import { redactor } from './redact.ts'

/** Builds with the docker CLI and BuildKit. */
export function dockerBuilder(definition: DockerDefinition, docker: DockerCommand): Builder {
  let last: { text: string; inputs: BuildInputs } | undefined
  return {
    async inputs() {
      const { context, dockerfile } = definition
      const [text, ignoreRules] = await Promise.all([
        readIfThere(dockerfile),
        readIgnoreRules(context, dockerfile),
      ])
      const all = `${text}\0${ignoreRules}`
      // The same object as long as nothing has changed: whoever watches the files then has nothing to do.
      if (last?.text !== all)
        last = { text: all, inputs: inputsOf(definition, text ?? '', ignoreRules ?? '') }
      return ok(last.inputs)
    },
    build: request => build(definition, docker, request),
  }
}

function inputsOf(definition: DockerDefinition, text: string, ignoreRules: string): BuildInputs {
  const { context, dockerfile } = definition
  const isIgnored = parseDockerIgnore(context, ignoreRules)
  // The Dockerfile and the ignore files decide on the build even where the context leaves them out.
  const always = new Set([
    dockerfile,
    ...ignoreFiles(context, dockerfile),
    ...secretFiles(definition.secrets),
  ])
  return {
    roots: [context, ...[...always].filter(file => isIgnored(file, false) || !isBelow(file, context))],
    ignores: (file, isFolder) => !always.has(file) && isIgnored(file, isFolder),
    bases: baseImages(text, definition.args),
  }
}

async function build(
  definition: DockerDefinition,
  docker: DockerCommand,
  request: BuildRequest,
): Promise<Result<BuiltImage>> {
  const text = await readIfThere(definition.dockerfile)
  if (text === undefined) return fail(missingDockerfile(definition))
  const tagged = await tagBases(text, definition, docker, request)
  if (!tagged.ok) return tagged
  const secrets = await secretValues(definition.secrets)
  if (!secrets.ok) return secrets

  const redact = redactor(secrets.value)
  const readProgress = progressReader()
  const folder = await mkdtemp(path.join(tmpdir(), 'devloop-build-'))
  try {
    const idFile = path.join(folder, 'image-id')
    const outcome = await exec({
      command: docker.command,
      args: buildArguments(definition, idFile),
      cwd: definition.context,
      env: { ...docker.env, ...buildEnv },
      signal: request.signal,
      onLine(line) {
        const shown = readProgress(line)
        if (shown !== undefined) request.onLine(redact(shown))
      },
    })
    if (outcome.status !== 'succeeded') {
      const output = 'output' in outcome ? outcome.output.map(redact) : []
      return fail(
        explainBuildFailure(outcome, { dockerfile: definition.dockerfile, text, ref: request.ref, output }),
      )
    }
    const id = (await readFile(idFile, 'utf8')).trim()
    return await tagByContent(docker, { ref: request.ref, id, signal: request.signal })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/**
 * Attestations hold the time, so that the same content would get another digest each time. Command lines before 23, which
 * make none, refuse the option against them; the variable is unknown to them, and no fault.
 */
const buildEnv = { DOCKER_BUILDKIT: '1', BUILDX_NO_DEFAULT_ATTESTATIONS: '1' }

function buildArguments(
  { context, dockerfile, target, args, secrets }: DockerDefinition,
  idFile: string,
): string[] {
  return [
    'build',
    '--progress=plain',
    `--iidfile=${idFile}`,
    `--file=${dockerfile}`,
    ...(target === undefined ? [] : [`--target=${target}`]),
    ...Object.entries(args).map(([name, value]) => `--build-arg=${name}=${value}`),
    ...secrets.map(secret =>
      'file' in secret
        ? `--secret=id=${secret.id},src=${secret.file}`
        : `--secret=id=${secret.id},env=${secret.env}`,
    ),
    context,
  ]
}

/** Gives the newest builds of this project's images the names under which the Dockerfile asks for them. */
async function tagBases(
  text: string,
  { args }: DockerDefinition,
  docker: DockerCommand,
  { bases, signal }: BuildRequest,
): Promise<Result<void>> {
  const names = new Map([...bases].map(([name, reference]) => [normalizeImageName(name), reference]))
  for (const base of baseImages(text, args)) {
    const reference = names.get(normalizeImageName(parseImageReference(base).name))
    if (reference === undefined) continue
    const tagged = await docker.run(['tag', reference, base], signal)
    if (!tagged.ok) return tagged
  }
  return ok(undefined)
}

async function secretValues(secrets: readonly BuildSecret[]): Promise<Result<readonly string[]>> {
  const values: string[] = []
  for (const secret of secrets) {
    const value = 'file' in secret ? await readIfThere(secret.file) : process.env[secret.env]
    if (value === undefined) return fail(missingSecret(secret))
    values.push(value)
  }
  return ok(values)
}

function secretFiles(secrets: readonly BuildSecret[]): readonly string[] {
  return secrets.flatMap(secret => ('file' in secret ? [secret.file] : []))
}

function missingSecret(secret: BuildSecret): Failure {
  const source = 'file' in secret ? `the file ${secret.file}` : `the environment variable ${secret.env}`
  return {
    code: 'build/missing-input',
    message: `The build secret "${secret.id}" is missing: ${source} is not there.`,
    ...('file' in secret && { at: { file: secret.file } }),
    cure:
      'file' in secret
        ? 'Create the file, or correct its path in the Devfile.'
        : `Set ${secret.env} and start devloop again.`,
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

function isBelow(file: string, folder: string): boolean {
  const relative = path.relative(folder, file)
  return !relative.startsWith('..') && !path.isAbsolute(relative)
}
