import type { LogLevel } from '../model/log.ts'
import type { ProjectOptions } from '../session/project.ts'
import { connectControl } from './connect.ts'
import { onEndSignals } from './end-signals.ts'
import { printFailures } from './failures.ts'
import { createLogPrinter, warn, warnOfMissed } from './log-printer.ts'

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
  const code = isOfUp ? await printFromUp(options, stop) : undefined
  if (code !== undefined) return code
  // What it needs takes longer to be loaded than the answer of a running `up`.
  const { printClusterLogs } = await import('./cluster-logs.ts')
  return printClusterLogs(options, stop)
}

/** Undefined where no `up` runs that can be asked. */
async function printFromUp(options: LogsOptions, stop: AbortSignal): Promise<number | undefined> {
  const client = connectControl(options)
  if (!client.ok) return undefined
  const { services, since, level, follow = false } = options
  const read = await client.value.logs(
    { services, follow, ...(since !== undefined && { sinceMs: since }), ...(level && { level }) },
    { onLines: createLogPrinter(options), onMissed: warnOfMissed },
    stop,
  )
  if (!read.ok) {
    return read.failure.code === 'control/unknown-service' ? printFailures([read.failure]) : undefined
  }
  if (follow && !stop.aborted) warn('devloop up has ended: devloop logs -f follows what runs on')
  return 0
}

/** Aborted by Ctrl-C, and when nobody reads any more, as in `devloop logs | head`. */
function stopAsked(): AbortSignal {
  const stop = new AbortController()
  onEndSignals(() => stop.abort())
  process.stdout.on('error', () => stop.abort())
  return stop.signal
}
