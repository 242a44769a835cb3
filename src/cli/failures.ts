import { styleText } from 'node:util'
import type { Failure } from '../model/failure.ts'
import { formatFailure } from '../ui/text.ts'

/** Shows why a command cannot do what it was asked to, all faults at once. Gives its exit code. */
export function printFailures(failures: readonly Failure[]): number {
  for (const failure of failures) {
    const [first = '', ...rest] = formatFailure(failure, process.cwd())
    process.stderr.write(
      `${styleText('red', 'error', { stream: process.stderr })} ${[first, ...rest].join('\n')}\n`,
    )
  }
  return 1
}
