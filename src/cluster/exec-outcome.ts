import type { ExecOutcome } from '../model/kube-api.ts'
import { oneLine } from './api-error.ts'

/** What the server says at the end of a command (`meta/v1` Status), as far as it is looked into. */
interface ExecStatus {
  readonly status?: unknown
  readonly message?: unknown
  readonly details?: {
    readonly causes?: readonly { readonly reason?: string; readonly message?: string }[]
  } | null
}

/**
 * How a command ended.
 *
 * @param status the text of the status channel
 * @param firstOutput the beginning of its stdout: where the node runs Docker, that is where it tells, in place of the
 *   program, that this could not be started (containerd and CRI-O tell it in the status)
 */
export function outcomeOf(status: string, firstOutput: string): ExecOutcome {
  const answer = parseStatus(status)
  if (!answer) return broken(`the server said how the command ended in words of its own: ${status}`)
  const code = exitCodeOf(answer)
  if (code === undefined) return broken(String(answer.message ?? status))
  return isStartCode(code) && /^OCI runtime exec failed/.test(firstOutput)
    ? broken(firstOutput)
    : { kind: 'exited', code }
}

/** Of the runtime where a program could not be started, though a program too can end with them. */
function isStartCode(code: number): boolean {
  return code === 126 || code === 127
}

function exitCodeOf({ status, details }: ExecStatus): number | undefined {
  if (status === 'Success') return 0
  const cause = details?.causes?.find(({ reason }) => reason === 'ExitCode')
  const code = Number.parseInt(cause?.message ?? '', 10)
  return Number.isNaN(code) ? undefined : code
}

function broken(words: string): ExecOutcome {
  const message = oneLine(words)
  return { kind: 'broken', message, ...(saysMissing.test(message) && { isMissingProgram: true }) }
}

/** Of runc (`exec: "sh": executable file not found`, `exec: "/bin/sh": stat /bin/sh: no such file`), then of crun. */
const saysMissing =
  /exec: \\*"[^"]*": (executable file not found|.*no such file or directory)|executable file `[^`]*` not found/i

function parseStatus(text: string): ExecStatus | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as ExecStatus) : undefined
  } catch {
    return undefined
  }
}
