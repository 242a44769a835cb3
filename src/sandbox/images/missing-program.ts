/** What shells, `env` and `unshare` say of a program that is not there. */
const reports = [
  /(?:^|: )([\w.+-]+): (?:command )?not found$/,
  /^env: [‘'"]?([^\s:‘’'"]+)[’'"]?: No such file or directory$/,
  /^unshare: failed to execute ([\w.+-]+): No such file or directory$/,
]

/** The program that a failed command has not found, by its last words. */
export function missingProgram(output: readonly string[]): string | undefined {
  return output.flatMap(line => reports.flatMap(report => report.exec(line)?.[1] ?? [])).at(-1)
}

/** Of an image that stands on the host's files. @param program where it is known */
export function explainMissing(program = 'the one that was not found'): string {
  return `in the sandbox an image has this machine's programs, and ${program} is none of them`
}
