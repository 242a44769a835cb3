import { chooseContext } from '../session/context.ts'
import { loadProject, type ProjectOptions } from '../session/project.ts'
import type { Session } from '../session.ts'
import { jsonOutput } from '../ui/json.ts'
import { jsonLogs } from '../ui/json-logs.ts'
import { plainOutput } from '../ui/plain.ts'
import { plainLogs } from '../ui/plain-logs.ts'
import { killAllProcesses } from '../util/exec.ts'
import type { Closable } from '../util/scope.ts'
import { showsColours } from './colours.ts'
import { openControlledSession } from './controlled-session.ts'
import { onEndSignals } from './end-signals.ts'
import { printFailures } from './failures.ts'
import { keepHeapSmall } from './memory.ts'

export type OutputFormat = 'plain' | 'json'

export interface UpOptions extends ProjectOptions {
  /** Default: the whole terminal where there is one, else `plain`. */
  readonly output?: OutputFormat
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
  const end = new AbortController()
  onEndSignals(() => end.abort())
  const engine = await context.value.engine(end.signal)
  if (end.signal.aborted) return 0
  const opened = await openControlledSession({ devfile, project, context: context.value, engine, end })
  if (!opened.ok) return printFailures([opened.failure])
  const { session, deaf, stop } = opened.value
  if (deaf) printFailures([deaf])
  const shown = await show(session, options)
  await session.start()
  await aborted(end.signal)
  const limit = setTimeout(() => process.exit(0), stopMs)
  await shown.beforeStop()
  await stop()
  clearTimeout(limit)
  await shown.close()
  return 0
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

interface Shown extends Closable {
  beforeStop(): Promise<void>
}

async function show(session: Session, { output, profile }: UpOptions): Promise<Shown> {
  const { stdout } = process
  // Who reads the output may end first, as in `devloop up | head`; so may the terminal.
  stdout.on('error', () => process.kill(process.pid, 'SIGTERM'))
  if (output === undefined && isTerminal()) {
    const { showOnTerminal } = await import('./terminal.ts')
    const app = showOnTerminal(session, profile)
    return {
      async beforeStop() {
        await app.close()
        stdout.write('devloop ends. The stack keeps running; devloop down takes it away.\n')
      },
      close: async () => {},
    }
  }
  const { logs, snapshot } = session
  session.subscribe(
    output === 'json' ? jsonOutput(stdout) : plainOutput({ stream: stdout, cwd: process.cwd() }),
  )
  const shownLogs =
    output === 'json'
      ? jsonLogs(stdout, logs)
      : plainLogs({ stream: stdout, isColoured: showsColours(stdout), snapshot, logs })
  return { beforeStop: async () => {}, close: () => shownLogs.close() }
}

/** It shows more than lines, and somebody can type. */
function isTerminal(): boolean {
  return process.stdout.isTTY && process.stdin.isTTY && process.env.TERM !== 'dumb'
}
