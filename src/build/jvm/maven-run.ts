import { mavenTool, type ToolRun } from './tool.ts'

interface MavenModule {
  readonly context: string
  readonly module?: string
}

/** @param args follow the goals; of a property that is given twice, Maven takes the last. */
export function mavenRun(
  { context, module }: MavenModule,
  goals: readonly string[],
  { args, plugin }: { args: readonly string[]; plugin?: string },
): ToolRun {
  return {
    tool: mavenTool,
    context,
    goal: goals.join(' '),
    args: [
      '--batch-mode',
      // What the module depends on is taken from the same build, and need not be installed.
      ...(module === undefined ? [] : ['-pl', module, '-am']),
      ...goals,
      ...args,
    ],
    ...(plugin !== undefined && { plugin }),
  }
}
