import { cleanUp } from '../session/clean-up.ts'
import { chooseContext } from '../session/context.ts'
import { loadProject, type ProjectOptions } from '../session/project.ts'
import { count } from '../ui/text.ts'
import { killAllProcesses } from '../util/exec.ts'
import { printFailures } from './failures.ts'

/** Removes the images that `up` has built. Gives the exit code. */
export async function clean(options: ProjectOptions): Promise<number> {
  const loaded = await loadProject(options)
  if (!loaded.ok) return printFailures(loaded.failure)
  const { project } = loaded.value
  const context = chooseContext(options, project)
  if (!context.ok) return printFailures([context.failure])

  const stop = new AbortController()
  process.once('exit', killAllProcesses)
  process.once('SIGINT', () => stop.abort())
  process.once('SIGTERM', () => stop.abort())
  const cleaned = await cleanUp({ context: context.value, project, signal: stop.signal })
  if (stop.signal.aborted) {
    process.stderr.write('Stopped before everything was removed: devloop clean goes on from here.\n')
    return 130
  }
  if (!cleaned.ok) return printFailures([cleaned.failure])
  const { removed, inUse } = cleaned.value
  for (const reference of removed) process.stdout.write(`removed ${reference}\n`)
  for (const reference of inUse) process.stdout.write(`in use  ${reference}\n`)
  process.stdout.write(
    removed.length + inUse.length === 0
      ? `There are no images of ${project.name} in the engine.\n`
      : `${count(removed.length, 'image')} of ${project.name} removed, ${inUse.length} in use.\n`,
  )
  return 0
}
