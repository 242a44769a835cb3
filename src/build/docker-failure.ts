import { lineOfInstruction } from '../dockerfile/line.ts'
import type { Failure } from '../model/failure.ts'
import type { ExecOutcome } from '../util/exec.ts'
import {
  failingInstruction,
  lastError,
  missingBase,
  namedLine,
  plainError,
  syntaxError,
  withoutNoise,
} from './build-output.ts'

type ExecFailure = Exclude<ExecOutcome, { status: 'succeeded' }>

/** How the command line ended, and the id of the image where it made one. */
export type BuildOutcome = { readonly status: 'succeeded'; readonly id: string } | ExecFailure

export interface FailedBuild {
  /** The command line's name, as in `docker`. */
  readonly command: string
  readonly dockerfile: string
  /** The Dockerfile's text. */
  readonly text: string
  readonly ref: string
  /** The tool's last lines. */
  readonly output: readonly string[]
}

/** Says what went wrong in a build, where, and with which exit code, from what the command line prints. */
export function explainBuildFailure(outcome: ExecFailure, build: FailedBuild): Failure {
  const { command, dockerfile, text, ref, output } = build
  const engine = explainEngineFailure(outcome, command)
  if (engine) return engine
  const error = lastError(output)
  const line = failingLine(output, text)
  const exit = outcome.status === 'failed' ? `${command} build: ${outcome.exit}` : outcome.status
  const syntax = syntaxError(output)
  if (syntax) {
    const at = syntax.line ?? line
    return {
      code: 'build/dockerfile-syntax',
      message: `The Dockerfile has an error: ${syntax.message}.`,
      at: { file: dockerfile, ...(at !== undefined && { line: at }) },
      why: exit,
      cure: 'Correct the line; the build starts again when the file is saved.',
    }
  }
  const why = plainError(error)
  const instruction = failingInstruction(output)
  return {
    code: 'build/failed',
    message: `The image ${ref} could not be built${instruction === undefined ? '' : ` at \`${instruction}\``}.`,
    at: { file: dockerfile, ...(line !== undefined && { line }) },
    why: why.includes('exit code') ? why : `${why} (${exit})`,
    cure: cureFor(error),
    output: withoutNoise(output),
  }
}

/** A missing tool or engine: no fault of what was to be built. */
export function explainEngineFailure(outcome: ExecFailure, command = 'docker'): Failure | undefined {
  if (outcome.status === 'not-found') return missingTool(command)
  const output = 'output' in outcome ? outcome.output.join('\n') : ''
  const silent = silences.exec(output)
  if (silent) {
    return {
      code: 'build/no-engine',
      message: command === 'docker' ? 'The Docker engine does not answer.' : `${command} finds no engine.`,
      why: silent[0],
      cure: `${starts[command] ?? starts.docker}; devloop goes on by itself.`,
    }
  }
  if (/permission denied while trying to connect to the docker/i.test(output)) {
    return {
      code: 'build/no-engine',
      message: 'You may not use the Docker engine.',
      why: 'Its socket belongs to another user or group.',
      cure: 'Add yourself to the docker group (sudo usermod -aG docker $USER, then log in again), or use a rootless engine.',
    }
  }
  if (/buildx component is missing|unknown flag: --(?:progress|iidfile)/.test(output)) {
    return {
      code: 'build/no-tool',
      message: 'The docker command lacks BuildKit (the buildx plugin).',
      cure: 'Install the plugin (the docker-buildx or docker-buildx-plugin package) so that "docker buildx version" works, or set DOCKER_BUILDKIT=0 for the classic builder; then start devloop again.',
    }
  }
  return undefined
}

/** What docker, podman (on macOS and Windows, where its engine is in a virtual machine) and nerdctl say. */
const silences =
  /(?:Cannot connect to the Docker daemon|error during connect|failed to connect to the docker API|Cannot connect to Podman|unable to connect to Podman|no buildkit host is available|cannot access containerd socket|rootless containerd not running)[^\n]*/i

const starts: Readonly<Record<string, string>> = {
  docker: 'Start Docker (or set DOCKER_HOST to a running engine)',
  podman: 'Start it (podman machine start), or set CONTAINER_HOST to a running engine',
  nerdctl: 'Start containerd and buildkitd, or set CONTAINERD_ADDRESS and BUILDKIT_HOST to where they run',
}

function missingTool(command: string): Failure {
  return {
    code: 'build/no-tool',
    message: `The command "${command}" was not found.`,
    why: 'devloop builds images with the command line of docker, podman or nerdctl.',
    cure: `Install Docker (Docker Desktop, OrbStack, Colima or the docker.io package), Podman or nerdctl so that "${command} version" works; devloop goes on by itself.`,
    tool: command,
  }
}

function cureFor(error: string): string {
  const target = /(?:target stage|build target) "?([^\s"]+)"? (?:could not be found|in Dockerfile)/.exec(
    error,
  )
  if (target)
    return `The Dockerfile has no stage "${target[1]}": correct target in the Devfile, or add the stage.`
  if (/requires? BuildKit/i.test(error))
    return 'Only BuildKit can do that: unset DOCKER_BUILDKIT and start devloop again, or change the step.'
  if (/not found in build context|copier: stat/.test(error)) return copyCure
  if (
    /pull access denied|repository does not exist|manifest unknown|no such host|failed to resolve source|image not known|short-name|: not found$/.test(
      error,
    )
  ) {
    return /"\/[^"]*"/.test(error)
      ? copyCure
      : 'Check the name and tag in FROM, and whether its registry can be reached (docker pull).'
  }
  return 'Correct the step that failed; the build starts again when a file is saved.'
}

const copyCure =
  'COPY finds only what is in the build context and not ignored by .dockerignore: correct the path, or the context in the Devfile.'

function failingLine(output: readonly string[], text: string): number | undefined {
  const named = namedLine(output)
  if (named !== undefined) return named
  const instruction = failingInstruction(output)
  if (instruction !== undefined) return lineOfInstruction(text, instruction)
  const image = missingBase(output)
  if (image === undefined) return undefined
  const index = text
    .split('\n')
    .findIndex(line => /^\s*FROM\b/i.test(line) && line.includes(image.replace(/:latest$/, '')))
  return index < 0 ? undefined : index + 1
}
