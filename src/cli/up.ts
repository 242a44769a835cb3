import { chooseContext } from '../session/context.ts'
import { loadProject, type ProjectOptions } from '../session/project.ts'
import { createSession, type Session } from '../session.ts'
import { jsonOutput } from '../ui/json.ts'
import { jsonLogs } from '../ui/json-logs.ts'
import { plainOutput } from '../ui/plain.ts'
import { plainLogs } from '../ui/plain-logs.ts'
import { killAllProcesses } from '../util/exec.ts'
import type { Closable } from '../util/scope.ts'
import { exitWithBug } from './bug.ts'
import { showsColours } from './colours.ts'
import { printFailures } from './failures.ts'
import { keepHeapSmall } from './memory.ts'

export type OutputFormat = 'plain' | 'json'

export interface UpOptions extends ProjectOptions {
  readonly output: OutputFormat
}

/** Milliseconds for a clean stop before everything is ended at once. */
const stopMs = 1_800

/** Runs the loop until it is told to end. Gives the exit code. */
export async function up(options: UpOptions): Promise<number> {
  keepHeapSmall()
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
  const shownLogs = showOn(session, options.output)
  await session.start()
  await asked
  const limit = setTimeout(() => process.exit(0), stopMs)
  await session.stop()
  clearTimeout(limit)
  await shownLogs.close()
  return 0
}

/** Gives what shows the logs, to be closed. */
function showOn(session: Session, format: OutputFormat): Closable {
  const { stdout } = process
  // Who reads the output may end first, as in `devloop up | head`.
  stdout.on('error', () => process.kill(process.pid, 'SIGTERM'))
  const { logs, snapshot } = session
  if (format === 'json') {
    session.subscribe(jsonOutput(stdout))
    return jsonLogs(stdout, logs)
  }
  session.subscribe(plainOutput({ stream: stdout, cwd: process.cwd() }))
  return plainLogs({ stream: stdout, isColoured: showsColours(stdout), snapshot, logs })
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
