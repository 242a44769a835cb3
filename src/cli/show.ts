import type { ScreenPort } from '../engine/port.ts'
import { jsonOutput } from '../ui/json.ts'
import { jsonLogs } from '../ui/json-logs.ts'
import { plainOutput } from '../ui/plain.ts'
import { plainLogs } from '../ui/plain-logs.ts'
import type { Closable } from '../util/scope.ts'
import { showsColours } from './colours.ts'

export type OutputFormat = 'plain' | 'json'

export interface ShowOptions {
  readonly output: OutputFormat | 'terminal'
  /** What else the terminal app says of where this is, such as the profile. */
  readonly places: readonly string[]
}

/** The whole terminal where there is one and nothing else is asked for; else lines. */
export function outputOf(asked: OutputFormat | undefined): ShowOptions['output'] {
  const { stdin, stdout, env } = process
  return asked ?? (stdout.isTTY && stdin.isTTY && env.TERM !== 'dumb' ? 'terminal' : 'plain')
}

/** Shows what happens until it is closed, which gives the terminal back. */
export async function show(shown: ScreenPort, { output, places }: ShowOptions): Promise<Closable> {
  const { stdout } = process
  // Who reads the output may end first, as in `devloop up | head`; so may the terminal.
  stdout.on('error', () => process.kill(process.pid, 'SIGTERM'))
  if (output === 'terminal') {
    const { showOnTerminal } = await import('./terminal.ts')
    return showOnTerminal(shown, { places })
  }
  const { logs, snapshot } = shown
  shown.subscribe(
    output === 'json' ? jsonOutput(stdout) : plainOutput({ stream: stdout, cwd: process.cwd() }),
  )
  return output === 'json'
    ? jsonLogs(stdout, logs)
    : plainLogs({ stream: stdout, isColoured: showsColours(stdout), snapshot, logs })
}
