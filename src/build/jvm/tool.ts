import { existsSync } from 'node:fs'
import { access, constants } from 'node:fs/promises'
import path from 'node:path'
import type { Failure } from '../../model/failure.ts'
import { fail, ok, type Result } from '../../model/result.ts'
import { exec } from '../../util/exec.ts'
import type { BuildRequest, BuiltImage } from '../builder.ts'
import type { DockerCommand } from '../docker-command.ts'
import { takeImage, toolImageName } from '../tool-image.ts'
import { explainToolFailure } from './failure.ts'

/** A build tool of the JVM, and how a project's own copy of it is called. */
export interface JvmTool {
  readonly name: 'Gradle' | 'Maven'
  /** What is looked for on PATH where the project has no wrapper. */
  readonly command: string
  readonly wrapper: { readonly posix: string; readonly windows: string }
  /** One of these is in the folder of a build. */
  readonly buildFiles: readonly string[]
  /** How to come by the wrapper and the tool. */
  readonly cure: string
}

export const gradleTool: JvmTool = {
  name: 'Gradle',
  command: 'gradle',
  wrapper: { posix: 'gradlew', windows: 'gradlew.bat' },
  buildFiles: ['settings.gradle', 'settings.gradle.kts', 'build.gradle', 'build.gradle.kts'],
  cure: 'Put the wrapper into the project (`gradle wrapper`, where there is a Gradle; its files are meant to be committed), or install Gradle (`sdk install gradle`, `brew install gradle`, or from https://gradle.org/install), so that `gradle --version` works.',
}

export const mavenTool: JvmTool = {
  name: 'Maven',
  command: 'mvn',
  wrapper: { posix: 'mvnw', windows: 'mvnw.cmd' },
  buildFiles: ['pom.xml'],
  cure: 'Put the wrapper into the project (`mvn wrapper:wrapper`, where there is a Maven; its files are meant to be committed), or install Maven (`sdk install maven`, `brew install maven`, or the package maven), so that `mvn --version` works.',
}

/** One call of a tool. */
export interface ToolRun {
  readonly tool: JvmTool
  /** The folder to run it in, absolute: that of the wrapper. */
  readonly context: string
  /** The task or goal that it is all about, for messages: `bootBuildImage`. */
  readonly goal: string
  readonly args: readonly string[]
  /** The plugin that brings the goal, by its name in the tool's registry. */
  readonly plugin?: string
}

/** Has a tool make an image, and names it after its content. @param runFor is given the name that the tool must give it. */
export async function buildWithTool(
  docker: DockerCommand,
  { ref, signal, onLine }: BuildRequest,
  runFor: (image: string) => ToolRun,
): Promise<Result<BuiltImage>> {
  const wanted = toolImageName(ref)
  const run = runFor(wanted)
  const ran = await runTool(run, { env: docker.env, signal, onLine })
  if (!ran.ok) return ran
  const taken = await takeImage(docker, { wanted, ref, signal })
  if (!taken.ok) return taken
  return taken.value ? ok(taken.value) : fail(missingImage(run, wanted))
}

/** Runs a tool to its end. */
export async function runTool(
  run: ToolRun,
  { env, signal, onLine }: Pick<BuildRequest, 'signal' | 'onLine'> & { env: DockerCommand['env'] },
): Promise<Result<void>> {
  const { tool, context, args, goal } = run
  if (!tool.buildFiles.some(name => existsSync(path.join(context, name))))
    return fail(missingBuild(tool, context))
  const found = await findTool(tool, context)
  if (!found.ok) return found
  const { command, shown } = found.value
  const outcome = await exec({ command, args, cwd: context, env, signal, onLine })
  switch (outcome.status) {
    case 'succeeded':
      return ok(undefined)
    case 'not-found':
      return fail(command === tool.command ? missingTool(tool, context) : brokenWrapper(command))
    case 'failed':
      return fail(
        explainToolFailure(outcome, {
          tool: tool.name,
          shown: `${shown} ${goal}`,
          context,
          ...(run.plugin !== undefined && { plugin: run.plugin }),
        }),
      )
    case 'aborted':
    case 'timed-out':
      return fail({ code: 'build/failed', message: `\`${shown} ${goal}\` was cancelled.` })
    default:
      return outcome satisfies never
  }
}

/** The project's wrapper where there is one, since it names the tool's version; else the tool on PATH. */
async function findTool(
  { wrapper, command }: JvmTool,
  context: string,
): Promise<Result<{ command: string; shown: string }>> {
  const isWindows = process.platform === 'win32'
  const name = isWindows ? wrapper.windows : wrapper.posix
  const file = path.join(context, name)
  if (!(await isAccessible(file, constants.F_OK))) return ok({ command, shown: command })
  if (await isAccessible(file, constants.X_OK))
    return ok({ command: file, shown: isWindows ? name : `./${name}` })
  return fail({
    code: 'build/no-tool',
    message: `The wrapper ${name} may not be run.`,
    at: { file },
    why: 'Its permission to execute is missing.',
    cure: `Give it, here and in git: chmod +x ${name} && git update-index --chmod=+x ${name}`,
  })
}

async function isAccessible(file: string, mode: number): Promise<boolean> {
  return access(file, mode).then(
    () => true,
    () => false,
  )
}

/** Asked first, since from elsewhere the tools look for their plugins, and for the project in the folders above. */
function missingBuild({ name, buildFiles }: JvmTool, context: string): Failure {
  return {
    code: 'build/missing-input',
    message: `There is no ${name} build here, which would have ${new Intl.ListFormat('en', { type: 'disjunction' }).format(buildFiles)}.`,
    at: { file: context },
    cure: 'Let context in the Devfile name the folder of the outermost build file, relative to the Devfile.',
  }
}

function missingTool({ name, wrapper, command, cure }: JvmTool, context: string): Failure {
  return {
    code: 'build/no-tool',
    message: `There is no ${wrapper.posix} here, and the command "${command}" was not found.`,
    at: { file: context },
    why: `${name} builds the image.`,
    cure,
    tool: command,
  }
}

/** It is there and may be run, so it is the interpreter in its first line that was not found. */
function brokenWrapper(file: string): Failure {
  const name = path.basename(file)
  return {
    code: 'build/no-tool',
    message: `The wrapper ${name} could not be started.`,
    at: { file, line: 1 },
    why: 'The interpreter in its first line was not found; most often the line ends are those of Windows.',
    cure: `Check it out with the line ends that it was made with ("${name} text eol=lf" in .gitattributes), or make it anew.`,
  }
}

function missingImage({ goal }: ToolRun, wanted: string): Failure {
  return {
    code: 'build/failed',
    message: `${goal} ended well, but left no image ${wanted} in the Docker engine.`,
    cure: 'Let it build for the local Docker engine, under the name that devloop gives it: a build file or an argument may say otherwise.',
  }
}
