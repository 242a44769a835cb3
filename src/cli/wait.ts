import type { WaitGoal, WaitOutcome } from '../control/wait.ts'
import { describeWork } from '../ui/status.ts'
import { formatFailure } from '../ui/text.ts'
import { type ControlOptions, connectControl } from './connect.ts'
import { printFailures } from './failures.ts'

export interface WaitCommandOptions extends ControlOptions {
  readonly for: WaitGoal
  /** Milliseconds. */
  readonly timeout: number
}

/** Waits until what is on disk is live. Gives the exit code: 1 where it failed, or takes longer. */
export async function wait(services: readonly string[], options: WaitCommandOptions): Promise<number> {
  const client = connectControl(options)
  if (!client.ok) return printFailures([client.failure])
  const waited = await client.value.wait({ services, goal: options.for, timeoutMs: options.timeout })
  return waited.ok ? printOutcome(waited.value, options.for) : printFailures([waited.failure])
}

/** Says how a wait ended. Gives the exit code. */
function printOutcome(outcome: WaitOutcome, goal: WaitGoal): number {
  switch (outcome.outcome) {
    case 'reached':
      for (const { service } of outcome.services) process.stdout.write(`${service} is ${goal}\n`)
      return 0
    case 'failed':
      for (const { service, failure } of outcome.failures) {
        const lines = formatFailure(failure, process.cwd())
        process.stderr.write(`${service ?? 'Devfile'} failed: ${lines.join('\n')}\n`)
      }
      return 1
    case 'timed-out':
      for (const summary of outcome.waitingFor)
        process.stderr.write(`${summary.service} is not ${goal} in time: ${describeWork(summary)}\n`)
      if (outcome.paused) process.stderr.write('devloop is paused: devloop resume goes on\n')
      return 1
    case 'stopped':
      process.stderr.write('devloop up has ended before.\n')
      return 1
    default:
      return outcome satisfies never
  }
}
