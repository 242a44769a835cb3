import type { Failure } from '../model/failure.ts'

/** Replaces what must not be printed. Values shorter than four characters would hide half of any output. */
export function redactor(secrets: readonly string[]): (line: string) => string {
  const values = secrets
    .flatMap(secret => secret.split(/\r?\n/))
    .map(value => value.trim())
    .filter(value => value.length >= 4)
    // A longer secret may contain a shorter one.
    .sort((left, right) => right.length - left.length)
  if (values.length === 0) return line => line
  return line => values.reduce((text, value) => text.replaceAll(value, '[secret]'), line)
}

/** What a tool said of a failure may hold what it was given. */
export function redactFailure(failure: Failure, redact: (line: string) => string): Failure {
  const { message, why, output } = failure
  return {
    ...failure,
    message: redact(message),
    ...(why !== undefined && { why: redact(why) }),
    ...(output && { output: output.map(redact) }),
  }
}
