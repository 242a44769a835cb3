import { killAllProcesses } from '../util/exec.ts'

/** The exit code of an internal error, as in sysexits.h (EX_SOFTWARE). */
const internalError = 70

let putRight = () => {}

/** What is to be done before the message, so that it can be seen: the terminal is given back. */
export function beforeBugMessage(done: () => void): void {
  putRight = done
}

/** Says that devloop itself is at fault, and ends it with all that it started. */
export function exitWithBug(error: unknown): never {
  putRight()
  const details = error instanceof Error ? (error.stack ?? error.message) : String(error)
  process.stderr.write(
    `\nThis is a fault of devloop itself, not of your project. Please report it with these lines:\n${details}\n`,
  )
  killAllProcesses()
  process.exit(internalError)
}
