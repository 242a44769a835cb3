import { loadProject } from '../session/project.ts'
import { aborted } from '../util/aborted.ts'
import { killAllProcesses } from '../util/exec.ts'
import { showRunning } from './attach.ts'
import { describeUp, openControlledSession } from './controlled-session.ts'
import { onEndSignals } from './end-signals.ts'
import { printFailures } from './failures.ts'
import { keepHeapSmall } from './memory.ts'
import { contextForUp, type SandboxChoice } from './own-sandbox.ts'
import { type OutputFormat, outputOf, show } from './show.ts'

export interface UpOptions extends SandboxChoice {
  /** Default: the whole terminal where there is one, else `plain`. */
  readonly output?: OutputFormat
}

/** Milliseconds for a clean stop before everything is ended at once. */
const stopMs = 1_800

/** Runs the loop until it is told to end; where it runs already, shows it. Gives the exit code. */
export async function up(options: UpOptions): Promise<number> {
  keepHeapSmall()
  const loaded = await loadProject(options)
  if (!loaded.ok) return printFailures(loaded.failure)
  const { devfile, project } = loaded.value
  process.once('exit', killAllProcesses)
  const end = new AbortController()
  onEndSignals(() => end.abort())
  const context = await contextForUp(options, project, end.signal)
  if (end.signal.aborted) return 0
  if (!context.ok) return printFailures([context.failure])
  const engine = await context.value.engine(end.signal)
  if (end.signal.aborted) return 0
  const opened = await openControlledSession({
    asked: options,
    devfile,
    project,
    context: context.value,
    engine,
    end,
  })
  const output = outputOf(options.output)
  if (!opened.ok) {
    if (opened.failure.code !== 'control/running') return printFailures([opened.failure])
    return showRunning(options, {
      output,
      signal: end.signal,
      inPlaceOf: { up: describeUp(options, devfile, context.value), failure: opened.failure },
    })
  }
  const { session, deaf, stop } = opened.value
  if (deaf) printFailures([deaf])
  const { profile } = options
  const shown = await show(session, { output, places: profile === undefined ? [] : [profile] })
  await session.start()
  await aborted(end.signal)
  const limit = setTimeout(() => process.exit(0), stopMs)
  if (output === 'terminal') {
    await shown.close()
    process.stdout.write('devloop ends. The stack keeps running; devloop down takes it away.\n')
  }
  await stop()
  clearTimeout(limit)
  if (output !== 'terminal') await shown.close()
  return 0
}
