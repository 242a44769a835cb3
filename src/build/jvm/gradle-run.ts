import path from 'node:path'
import { gradlePath } from './gradle-project.ts'
import { languagesOf } from './live.ts'
import { gradleTool, type ToolRun } from './tool.ts'

interface GradleModule {
  readonly context: string
  readonly module?: string
}

/**
 * Gradle's daemon is the head of a session of its own (`setsid`), so that ending the client's process group leaves it alone; it cancels the
 * build of a client that is gone.
 *
 * @param options `args` follow the task, where Gradle takes options of the task itself as well as its own.
 */
export function gradleRun(
  { context, module }: GradleModule,
  task: string,
  { args, plugin }: { args: readonly string[]; plugin?: string },
): ToolRun {
  const goal = module === undefined ? task : `${gradlePath(module)}:${task}`.replace(/^::/, ':')
  return {
    tool: gradleTool,
    context,
    goal,
    // A console in a project's gradle.properties would draw over its own lines.
    args: ['--console=plain', goal, ...args],
    ...(plugin !== undefined && { plugin }),
  }
}

/** Of the arguments for an image's task, those that mean the whole build: another task would refuse its options. */
export function compileArguments(args: readonly string[]): readonly string[] {
  return args.filter(arg => /^-[PD]./.test(arg) || arg === '--offline')
}

/** The folders that Gradle's compilers write by default, relative to the module. */
export async function gradleClasses(
  module: string,
): Promise<{ classes: readonly string[]; resources: string }> {
  const languages = await languagesOf(module)
  return {
    classes: languages.map(language => path.join('build', 'classes', language, 'main')),
    resources: path.join('build', 'resources', 'main'),
  }
}
