import { isDeepStrictEqual } from 'node:util'
import packageJson from '../../package.json' with { type: 'json' }
import type { UpDescription } from '../control/attach.ts'
import { type AttachedUp, type AttachmentEnd, attachTo } from '../control/attached.ts'
import type { Failure } from '../model/failure.ts'
import { printJsonNow } from '../ui/json.ts'
import { printStatus } from '../ui/status.ts'
import { type ControlOptions, connectControl } from './connect.ts'
import { onEndSignals } from './end-signals.ts'
import { printFailures } from './failures.ts'
import { keepHeapSmall } from './memory.ts'
import { type OutputFormat, outputOf, type ShowOptions, show } from './show.ts'

export interface AttachCommandOptions extends ControlOptions {
  /** Default: the whole terminal where there is one, else `plain`. */
  readonly output?: OutputFormat
}

/** Shows a running `up` on another screen, until either of them ends. Gives the exit code. */
export async function attach(options: AttachCommandOptions): Promise<number> {
  keepHeapSmall()
  const end = new AbortController()
  onEndSignals(() => end.abort())
  return showRunning(options, { output: outputOf(options.output), signal: end.signal })
}

export interface ShowRunningOptions {
  readonly output: ShowOptions['output']
  /** Ends only what is shown. */
  readonly signal: AbortSignal
  /** An `up` that could not start, and why: only one that was started like it is shown in its place. */
  readonly inPlaceOf?: { readonly up: UpDescription; readonly failure: Failure }
}

/** Shows the running `up` of a Devfile. Gives the exit code. */
export async function showRunning(
  options: ControlOptions,
  { output, signal, inPlaceOf }: ShowRunningOptions,
): Promise<number> {
  const client = connectControl(options)
  if (!client.ok) return printFailures([client.failure])
  const { version } = packageJson
  const leave = new AbortController()
  const attached = await attachTo(client.value, {
    version,
    past: output === 'terminal',
    signal: AbortSignal.any([signal, leave.signal]),
  })
  if (!attached.ok) return signal.aborted ? 0 : printFailures([attached.failure])
  const { up } = attached.value
  if (inPlaceOf && !isStartedLike(up, inPlaceOf.up)) {
    leave.abort()
    return printFailures([{ ...inPlaceOf.failure, why: `It was started otherwise: ${describeStart(up)}.` }])
  }
  printNow(attached.value, output)
  const shown = await show(attached.value, {
    output,
    places: [...(up.profile === undefined ? [] : [up.profile]), `attached to process ${up.pid}`],
  })
  const ended = await attached.value.follow()
  await shown.close()
  return printEnd(ended, up, output)
}

function isStartedLike(up: UpDescription, { context, profile, args }: UpDescription): boolean {
  return up.context === context && up.profile === profile && isDeepStrictEqual(up.args, args)
}

function describeStart({ context, profile, args }: UpDescription): string {
  const parts = [
    `context ${context}`,
    profile === undefined ? 'no profile' : `profile ${profile}`,
    ...(args.length > 0 ? [`arguments ${args.join(' ')}`] : []),
  ]
  return parts.join(', ')
}

/** Lines tell only what happens; the terminal app shows all there is by itself. */
function printNow({ snapshot, up }: AttachedUp, output: ShowOptions['output']): void {
  const { stdout } = process
  if (output === 'json') printJsonNow(stdout, snapshot())
  if (output === 'plain') printStatus(snapshot(), up.devfile, { stream: stdout, cwd: process.cwd() })
}

function printEnd(ended: AttachmentEnd, { pid }: UpDescription, output: ShowOptions['output']): number {
  const say = (text: string) => {
    if (output !== 'json') process.stdout.write(`${text}\n`)
  }
  switch (ended) {
    case 'left':
      say(`devloop up goes on (process ${pid}).`)
      return 0
    case 'ended':
      say(`devloop up has ended (process ${pid}). The stack keeps running; devloop down takes it away.`)
      return 0
    case 'cut-off':
      process.stderr.write('This screen fell too far behind, and was cut off. Again: devloop attach\n')
      return 1
    default:
      return ended satisfies never
  }
}
