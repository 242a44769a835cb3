import type { Project } from '../model/project.ts'
import { runningSandbox, stopSandbox } from '../sandbox/lifecycle.ts'
import { chooseContext } from '../session/context.ts'
import { loadProject, type ProjectOptions } from '../session/project.ts'
import { takeDown } from '../session/take-down.ts'
import { clean, count, formatDuration } from '../ui/text.ts'
import { killAllProcesses } from '../util/exec.ts'
import { sandboxContext } from '../util/sandbox-place.ts'
import { printFailures } from './failures.ts'
import { endUnusedSandbox } from './own-sandbox.ts'

/** Deletes what `up` has put into the cluster. Gives the exit code. */
export async function down(options: ProjectOptions): Promise<number> {
  const loaded = await loadProject(options)
  if (!loaded.ok) return printFailures(loaded.failure)
  const { project } = loaded.value
  const stop = new AbortController()
  process.once('exit', killAllProcesses)
  process.once('SIGINT', () => stop.abort())
  process.once('SIGTERM', () => stop.abort())
  const context = chooseContext(options, project)
  const name = context.ok ? context.value.name : options.context
  if (name === sandboxContext && !runningSandbox(process.env)) return clearEndedSandbox(project, stop.signal)
  if (!context.ok) return printFailures([context.failure])

  const begun = performance.now()
  const deleted = await takeDown({
    context: context.value,
    project,
    signal: stop.signal,
    onLine: line => process.stdout.write(`${clean(line)}\n`),
  })
  if (stop.signal.aborted) {
    process.stderr.write('Stopped before everything was gone: devloop down goes on from here.\n')
    return 130
  }
  if (!deleted.ok) return printFailures([deleted.failure])
  const took = formatDuration(performance.now() - begun)
  process.stdout.write(
    deleted.value === 0
      ? `There is nothing of ${project.name} in the cluster.\n`
      : `${project.name} is gone: ${count(deleted.value, 'object')} in ${took}.\n`,
  )
  const ended = await endUnusedSandbox(context.value, stop.signal)
  if (!ended.ok) return printFailures([ended.failure])
  if (ended.value) process.stdout.write('Nothing else was in the sandbox, which has ended.\n')
  return 0
}

/** With it has gone all that was in it, but for files where it was ended by no command. */
async function clearEndedSandbox({ name }: Project, signal: AbortSignal): Promise<number> {
  const cleared = await stopSandbox(process.env, signal)
  if (!cleared.ok) return printFailures([cleared.failure])
  process.stdout.write(`There is nothing of ${name}: the sandbox does not run.\n`)
  return 0
}
