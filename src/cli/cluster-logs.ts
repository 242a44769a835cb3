import type { ApiError } from '../model/kube-api.ts'
import type { Project } from '../model/project.ts'
import { chooseContext } from '../session/context.ts'
import { loadProject } from '../session/project.ts'
import { readProjectLogs } from '../session/project-logs.ts'
import { clean } from '../ui/text.ts'
import { killAllProcesses } from '../util/exec.ts'
import { nearest } from '../util/nearest.ts'
import { printFailures } from './failures.ts'
import { createLogPrinter, warn, warnOfMissed } from './log-printer.ts'
import type { LogsOptions } from './logs.ts'

/** Prints what the nodes have kept of what a project's containers have said. Gives the exit code. */
export async function printClusterLogs(options: LogsOptions, stop: AbortSignal): Promise<number> {
  const loaded = await loadProject(options)
  if (!loaded.ok) return printFailures(loaded.failure)
  const { project } = loaded.value
  const unknown = options.services.filter(name => !project.services.some(service => service.name === name))
  if (unknown.length > 0) return printFailures(unknown.map(name => unknownService(name, project)))
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

function unknownService(name: string, project: Project) {
  const names = project.services.map(service => service.name)
  const meant = nearest(name, names)
  return {
    code: 'config/invalid',
    message: `${project.name} has no service ${name}.`,
    cure: meant === undefined ? `Its services: ${names.join(', ')}` : `Did you mean ${meant}?`,
  } as const
}
