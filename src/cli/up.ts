import type { Listener } from '../engine/port.ts'
import { chooseContext } from '../session/context.ts'
import { loadProject, type ProjectOptions } from '../session/project.ts'
import { createSession } from '../session.ts'
import { jsonOutput } from '../ui/json.ts'
import { plainOutput } from '../ui/plain.ts'
import { killAllProcesses } from '../util/exec.ts'
import { exitWithBug } from './bug.ts'
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
  const stop = new AbortController()
  const asked = stopAsked().then(() => stop.abort())
  const engineEnv = await context.value.engineEnv(stop.signal)
  if (stop.signal.aborted) return 0
  const session = createSession({
    devfile,
    project,
    context: context.value,
    engineEnv,
    onBug: exitWithBug,
  })
  session.subscribe(outputFor(options.output))
  await session.start()
  await asked
  const limit = setTimeout(() => process.exit(0), stopMs)
  await session.stop()
  clearTimeout(limit)
  return 0
}

function outputFor(format: OutputFormat): Listener {
  // Who reads the output may end first, as in `devloop up | head`.
  process.stdout.on('error', () => process.kill(process.pid, 'SIGTERM'))
  return format === 'json'
    ? jsonOutput(process.stdout)
    : plainOutput({ stream: process.stdout, cwd: process.cwd() })
}

/** Resolves at the first signal to end; the second ends at once. */
function stopAsked(): Promise<void> {
  return new Promise(resolve => {
    let isAsked = false
    const ask = () => {
      if (isAsked) process.exit(130)
      isAsked = true
      resolve()
    }
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, ask)
  })
}
