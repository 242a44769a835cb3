import { lineOfInstruction } from '../dockerfile/line.ts'
import { type Failure, maxOutputLines } from '../model/failure.ts'
import type { ExecOutcome } from '../util/exec.ts'

type ExecFailure = Exclude<ExecOutcome, { status: 'succeeded' }>

export interface FailedBuild {
  readonly dockerfile: string
  /** The Dockerfile's text. */
  readonly text: string
  readonly ref: string
  /** The tool's last lines, without secrets. */
  readonly output: readonly string[]
}

/** Says what went wrong in a build, and where, from what the docker CLI and BuildKit print. */
export function explainBuildFailure(outcome: ExecFailure, build: FailedBuild): Failure {
  const engine = explainEngineFailure(outcome)
  if (engine) return engine
  const { dockerfile, text, ref, output } = build
  const error = lastError(output)
  const syntax = /dockerfile parse error(?: on)? line (\d+): (.+)$/i.exec(error)
  if (syntax) {
    return {
      code: 'build/dockerfile-syntax',
      message: `The Dockerfile has an error: ${syntax[2]}.`,
      at: { file: dockerfile, line: Number(syntax[1]) },
      cure: 'Correct the line; the build starts again when the file is saved.',
    }
  }
  const line = failingLine(output, text)
  return {
    code: 'build/failed',
    message: `The image ${ref} could not be built${step(output)}.`,
    at: { file: dockerfile, ...(line !== undefined && { line }) },
    why: plainError(error),
    cure: cureFor(error),
    output: withoutNoise(output),
  }
}

/** A missing tool or engine: no fault of what was to be built. */
export function explainEngineFailure(outcome: ExecFailure): Failure | undefined {
  if (outcome.status === 'not-found') {
    return {
      code: 'build/no-tool',
      message: 'The command "docker" was not found.',
      why: 'devloop builds images with the docker command line.',
      cure: 'Install Docker (Docker Desktop, OrbStack, Colima or the docker.io package) so that "docker version" works; devloop goes on by itself.',
    }
  }
  const output = 'output' in outcome ? outcome.output.join('\n') : ''
  const engine =
    /(?:Cannot connect to the Docker daemon|error during connect|failed to connect to the docker API)[^\n]*/i.exec(
      output,
    )
  if (engine) {
    return {
      code: 'build/no-engine',
      message: 'The Docker engine does not answer.',
      why: engine[0],
      cure: 'Start Docker (or set DOCKER_HOST to a running engine); devloop goes on by itself.',
    }
  }
  if (/permission denied while trying to connect to the (?:Docker|docker)/.test(output)) {
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
      cure: 'Install the plugin (the docker-buildx or docker-buildx-plugin package) so that "docker buildx version" works; devloop goes on by itself.',
    }
  }
  return undefined
}

function lastError(output: readonly string[]): string {
  return output.findLast(line => /^(?:ERROR|error):? /.test(line)) ?? output.at(-1) ?? ''
}

/** BuildKit's error without the layers of its own plumbing around it. */
function plainError(error: string): string {
  return error
    .replace(/^(?:ERROR|error):? /, '')
    .replace(/failed to solve(?: with frontend \S+)?: /g, '')
    .replace(/rpc error: code = \w+ desc = /g, '')
    .replace(
      /failed to (?:build|create LLB definition|compute cache key|read dockerfile|calculate checksum of ref \S+): /g,
      '',
    )
    .replace(/^process "(?:\/bin\/sh -c )?(.*)" did not complete successfully: /, '`$1` ended with ')
    .replace(/^executor failed running \[(?:\/bin\/sh -c )?(.*)\]: /, '`$1` ended with ')
    .replace(/: not found$/, '')
}

function cureFor(error: string): string {
  const target = /target stage "?([^\s"]+)"? could not be found/.exec(error)
  if (target)
    return `The Dockerfile has no stage "${target[1]}": correct target in the Devfile, or add the stage.`
  if (
    /pull access denied|repository does not exist|manifest unknown|no such host|failed to resolve source|: not found$/.test(
      error,
    )
  ) {
    return /"\/[^"]*"/.test(error)
      ? 'COPY finds only what is in the build context and not ignored by .dockerignore: correct the path, or the context in the Devfile.'
      : 'Check the name and tag in FROM, and whether its registry can be reached (docker pull).'
  }
  return 'Correct the step that failed; the build starts again when a file is saved.'
}

/** ` at COPY nope /x`, from the step that BuildKit names last. */
function step(output: readonly string[]): string {
  const instruction = failingInstruction(output)
  return instruction === undefined ? '' : ` at \`${instruction}\``
}

function failingInstruction(output: readonly string[]): string | undefined {
  const heading = output.findLast(line => /^ > \[[^\]]*\d+\/\d+\] /.test(line))
  return heading?.replace(/^ > \[[^\]]*\] /, '').replace(/:$/, '')
}

function failingLine(output: readonly string[], text: string): number | undefined {
  // Newer builders show the place: `Dockerfile:12`, then an excerpt between rules.
  for (let index = output.length - 2; index >= 0; index--) {
    const place = /^\S+:(\d+)$/.exec(output[index] ?? '')
    if (place && /^-{5,}$/.test(output[index + 1] ?? '')) return Number(place[1])
  }
  const instruction = failingInstruction(output)
  if (instruction !== undefined) return lineOfInstruction(text, instruction)
  const image = /load metadata for (\S+?):?$/.exec(output.findLast(line => line.startsWith(' > ')) ?? '')?.[1]
  if (image === undefined) return undefined
  const name = image.replace(/^docker\.io\/(?:library\/)?/, '')
  const index = text
    .split('\n')
    .findIndex(line => /^\s*FROM\b/i.test(line) && line.includes(name.replace(/:latest$/, '')))
  return index < 0 ? undefined : index + 1
}

/** The lines that help: the failed command's own output, without the steps that went well. */
function withoutNoise(output: readonly string[]): readonly string[] {
  const start = output.indexOf('------')
  const end = output.lastIndexOf('------')
  const excerpt = start >= 0 && end > start ? output.slice(start + 1, end) : output
  return excerpt
    .filter(line => !/^#\d+ (?:DONE|CACHED|\[internal\]|transferring)/.test(line))
    .slice(-maxOutputLines)
}
