import { killAllProcesses } from '../util/exec.ts'

/** The exit code of an internal error, as in sysexits.h (EX_SOFTWARE). */
const internalError = 70

/** Says that devloop itself is at fault, and ends it with all that it started. */
export function exitWithBug(error: unknown): never {
  const details = error instanceof Error ? (error.stack ?? error.message) : String(error)
  process.stderr.write(
    `\nThis is a fault of devloop itself, not of your project. Please report it with these lines:\n${details}\n`,
  )
  killAllProcesses()
  process.exit(internalError)
}
