import type { Listener } from '../engine/port.ts'
import { chooseContext } from '../session/context.ts'
import { loadProject, type ProjectOptions } from '../session/project.ts'
import { jsonOutput } from '../ui/json.ts'
import { plainOutput } from '../ui/plain.ts'
import { killAllProcesses } from '../util/exec.ts'
import { openControlledSession } from './controlled-session.ts'
import { onEndSignals } from './end-signals.ts'
import { printFailures } from './failures.ts'

export type OutputFormat = 'plain' | 'json'

export interface UpOptions extends ProjectOptions {
  readonly output: OutputFormat
}

/** Milliseconds for a clean stop before everything is ended at once. */
const stopMs = 1_800

/** Runs the loop until it is told to end. Gives the exit code. */
export async function up(options: UpOptions): Promise<number> {
  const loaded = await loadProject(options)
  if (!loaded.ok) return printFailures(loaded.failure)
  const { devfile, project } = loaded.value
  const context = chooseContext(options, project)
  if (!context.ok) return printFailures([context.failure])

  process.once('exit', killAllProcesses)
  const end = new AbortController()
  onEndSignals(() => end.abort())
  const engineEnv = await context.value.engineEnv(end.signal)
  if (end.signal.aborted) return 0
  const opened = await openControlledSession({ devfile, project, context: context.value, engineEnv, end })
  if (!opened.ok) return printFailures([opened.failure])
  const { session, deaf, stop } = opened.value
  if (deaf) printFailures([deaf])
  session.subscribe(outputFor(options.output))
  await session.start()
  await aborted(end.signal)
  const limit = setTimeout(() => process.exit(0), stopMs)
  await stop()
  clearTimeout(limit)
  return 0
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

function outputFor(format: OutputFormat): Listener {
  // Who reads the output may end first, as in `devloop up | head`.
  process.stdout.on('error', () => process.kill(process.pid, 'SIGTERM'))
  return format === 'json'
    ? jsonOutput(process.stdout)
    : plainOutput({ stream: process.stdout, cwd: process.cwd() })
}
