import { styleText } from 'node:util'
import type { ApiError } from '../model/kube-api.ts'
import { isAtLeast, type LogLevel, type LogLine, type LogSource } from '../model/log.ts'
import type { Project } from '../model/project.ts'
import { chooseContext } from '../session/context.ts'
import { loadProject, type ProjectOptions } from '../session/project.ts'
import { readProjectLogs } from '../session/project-logs.ts'
import { colourOf, formatPod, matches } from '../ui/log-source.ts'
import { clean, count } from '../ui/text.ts'
import { drained } from '../util/drained.ts'
import { killAllProcesses } from '../util/exec.ts'
import { nearest } from '../util/nearest.ts'
import { showsColours } from './colours.ts'
import { connectControl } from './connect.ts'
import { printFailures } from './failures.ts'

export interface LogsOptions extends ProjectOptions {
  /** None: all. */
  readonly services: readonly string[]
  readonly follow?: true
  /** Milliseconds: nothing older than that. */
  readonly since?: number
  readonly grep?: RegExp
  /** Only lines that say that they are at least so serious. */
  readonly level?: LogLevel
}

/** Prints what a project's containers have said: what a running `up` keeps of it, else what the cluster does. Gives the exit code. */
export async function logs(options: LogsOptions): Promise<number> {
  const stop = stopAsked()
  // Another cluster than that of `up` may be meant.
  const isOfUp = options.context === undefined && options.kubeconfig === undefined
  return (isOfUp ? await printFromUp(options, stop) : undefined) ?? printFromCluster(options, stop)
}

/** Undefined where no `up` runs that can be asked. */
async function printFromUp(options: LogsOptions, stop: AbortSignal): Promise<number | undefined> {
  const client = connectControl(options)
  if (!client.ok) return undefined
  const { services, since, level, follow = false } = options
  const read = await client.value.logs(
    { services, follow, ...(since !== undefined && { sinceMs: since }), ...(level && { level }) },
    { onLines: printer(options), onMissed: warnOfMissed },
    stop,
  )
  if (!read.ok) {
    return read.failure.code === 'control/unknown-service' ? printFailures([read.failure]) : undefined
  }
  if (follow && !stop.aborted) warn('devloop up has ended: devloop logs -f follows what runs on')
  return 0
}

async function printFromCluster(options: LogsOptions, stop: AbortSignal): Promise<number> {
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
    onLines: printer(options),
    onMissed: warnOfMissed,
    onTrouble: troubleTeller(),
    ...(since !== undefined && { since: Date.now() - since }),
  })
  await cluster.value.close()
  if (!read.ok) return stop.aborted ? 0 : printFailures([context.value.explain(read.failure)])
  if (read.value === 0 && !stop.aborted) warn(`Nothing of it runs: devloop up starts ${project.name}.`)
  return 0
}

function printer({ grep, level }: LogsOptions): (lines: readonly LogLine[]) => Promise<void> {
  const { stdout } = process
  const isColoured = showsColours(stdout)
  let width = 0
  const prefixOf = (source: LogSource) => {
    const text = `${source.service} ${formatPod(source)}`
    width = Math.max(width, text.length)
    const padded = `${text.padEnd(width)} │`
    return isColoured ? styleText(colourOf(source.service), padded, { validateStream: false }) : padded
  }
  const isWanted = (line: LogLine) =>
    (level === undefined || isAtLeast(line, level)) && (!grep || matches(line, grep))
  return async lines => {
    const shown = lines
      .filter(isWanted)
      .map(({ source, text }) => `${prefixOf(source)} ${isColoured ? text : clean(text)}`.trimEnd())
    if (shown.length > 0 && !stdout.write(`${shown.join('\n')}\n`)) await drained(stdout)
  }
}

/** Aborted by Ctrl-C, and when nobody reads any more, as in `devloop logs | head`. */
function stopAsked(): AbortSignal {
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (stop.signal.aborted) process.exit(130)
      stop.abort()
    })
  }
  process.stdout.on('error', () => stop.abort())
  return stop.signal
}

/** Each trouble once, until there is another. */
function troubleTeller(): (error: ApiError) => void {
  let last = ''
  return ({ message }) => {
    if (message !== last) warn(clean(message))
    last = message
  }
}

function warnOfMissed(lines: number): void {
  warn(`${count(lines, 'line')} came faster than they could be shown`)
}

function warn(text: string): void {
  process.stderr.write(`${styleText('yellow', 'warning', { stream: process.stderr })} ${text}\n`)
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
