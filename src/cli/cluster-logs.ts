import { unknownService } from '../control/unknown-service.ts'
import type { ApiError } from '../model/kube-api.ts'
import { chooseContext } from '../session/context.ts'
import { loadProject } from '../session/project.ts'
import { readProjectLogs } from '../session/project-logs.ts'
import { clean } from '../ui/text.ts'
import { killAllProcesses } from '../util/exec.ts'
import { printFailures } from './failures.ts'
import { createLogPrinter, warn, warnOfMissed } from './log-printer.ts'
import type { LogsOptions } from './logs.ts'

/** Prints what the nodes have kept of what a project's containers have said. Gives the exit code. */
export async function printClusterLogs(options: LogsOptions, stop: AbortSignal): Promise<number> {
  const loaded = await loadProject(options)
  if (!loaded.ok) return printFailures(loaded.failure)
  const { project } = loaded.value
  const known = project.services.map(service => service.name)
  const unknown = options.services.filter(name => !known.includes(name))
  if (unknown.length > 0) return printFailures(unknown.map(name => unknownService(name, known)))
  const context = chooseContext(options, project)
  if (!context.ok) return printFailures([context.failure])

  process.once('exit', killAllProcesses)
  const cluster = await context.value.connect(stop)
  if (!cluster.ok) return stop.aborted ? 0 : printFailures([cluster.failure])
  const { services, since, follow } = options
  const read = await readProjectLogs({
    api: cluster.value.api,
    project: project.name,
    namespace: project.namespace,
    isWanted: service => services.length === 0 || services.includes(service),
    isFollowed: follow === true,
    signal: stop,
    onLines: createLogPrinter(options),
    onMissed: warnOfMissed,
    onTrouble: troubleTeller(),
    ...(since !== undefined && { since: Date.now() - since }),
  })
  await cluster.value.close()
  if (!read.ok) return stop.aborted ? 0 : printFailures([context.value.explain(read.failure)])
  if (read.value === 0 && !stop.aborted) warn(`Nothing of it runs: devloop up starts ${project.name}.`)
  return 0
}

/** Each trouble once, until there is another. */
function troubleTeller(): (error: ApiError) => void {
  let last = ''
  return ({ message }) => {
    if (message !== last) warn(clean(message))
    last = message
  }
}
