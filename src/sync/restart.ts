import { fail, ok, type Result } from '../model/result.ts'
import type { Refusal } from './refusal.ts'
import { trialSeconds } from './supervisor.ts'

export interface RestartOutcome {
  /** Milliseconds from the request until the new process was running, as this side saw it. */
  readonly tookMs: number
}

export const restartFrame = Buffer.from('restart\n')
export const stateFrame = Buffer.from('state\n')

export function readRestart(status: string | undefined, tookMs: number): Result<RestartOutcome, Refusal> {
  const refusal = refusals[status ?? '']
  return refusal ? fail(refusal) : ok({ tookMs })
}

const refusals: Readonly<Record<string, Refusal>> = {
  unsupervised: {
    kind: 'refused',
    message:
      "the container's command cannot be restarted in place: it does not run under devloop's supervisor",
    cure: 'deploy the service again with devloop, which puts the supervisor in front of the command',
  },
  forbidden: {
    kind: 'refused',
    message: "the container's command runs as another user, who cannot be signalled",
    cure: 'let the container run as the user of its command: securityContext.runAsUser',
  },
  overdue: {
    kind: 'refused',
    message: 'no new process was running 10 s after the grace period of the old one',
  },
}

/** How often it is asked whether a restarted process still runs, in milliseconds. */
const askMs = 100
/** The supervisor counts whole seconds, so it may hold a process up to a second later. */
const watchMs = (trialSeconds + 1) * 1_000 + askMs

/**
 * Watches a restarted process while the supervisor would hold it. It is asked from this side, one question at a time: a
 * watcher in the container would need a process for each look, and its news could cut the output of a command in two.
 *
 * @param ask gives the exit code of the process that is held; undefined while one runs
 */
export class CrashWatch {
  readonly #ask: () => Promise<number | undefined>
  readonly #onCrash: (exitCode: number) => void
  #timer: NodeJS.Timeout | undefined
  /** Of the present watch; an answer to an older one is of no interest. */
  #turn = 0

  constructor(ask: () => Promise<number | undefined>, onCrash: (exitCode: number) => void) {
    this.#ask = ask
    this.#onCrash = onCrash
  }

  /** Ends the watch of an older process. */
  start(): void {
    this.stop()
    void this.#look(this.#turn, performance.now() + watchMs)
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#turn++
  }

  async #look(turn: number, deadline: number): Promise<void> {
    const exitCode = await this.#ask()
    if (turn !== this.#turn) return
    if (exitCode !== undefined) return this.#onCrash(exitCode)
    if (performance.now() > deadline) return
    this.#timer = setTimeout(() => void this.#look(turn, deadline), askMs)
    this.#timer.unref()
  }
}
