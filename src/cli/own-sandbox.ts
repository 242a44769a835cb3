import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline/promises'
import { setTimeout as pause } from 'node:timers/promises'
import type { Failure } from '../model/failure.ts'
import type { Project } from '../model/project.ts'
import { fail, ok, type Result } from '../model/result.ts'
import { runningSandbox, startSandbox, stopSandbox } from '../sandbox/lifecycle.ts'
import { type ChosenContext, chooseContext } from '../session/context.ts'
import { isInUse } from '../session/in-use.ts'
import type { ProjectOptions } from '../session/project.ts'
import { sandboxContext, sandboxFolder, sandboxKubeconfig } from '../util/sandbox-place.ts'

export interface SandboxChoice extends ProjectOptions {
  /** Whatever other clusters there are. */
  readonly sandbox?: boolean
}

/** Milliseconds that a sandbox which is just being started by somebody else may take. */
const othersStartMs = 30_000
/** Milliseconds in which whoever starts a sandbox has written that down. */
const recordMs = 2_000
const pollMs = 50

/**
 * The context that `up` acts in. If it is the sandbox's, the sandbox is started where it does not run; where there is no
 * cluster at all, a person at a terminal is asked for that.
 */
export async function contextForUp(
  options: SandboxChoice,
  project: Project,
  signal: AbortSignal,
): Promise<Result<ChosenContext>> {
  const chosen = chooseContext(options, project)
  // Whoever names a kubeconfig has a cluster.
  if (options.kubeconfig !== undefined || !(await wantsSandbox(options, chosen, signal))) return chosen
  const running = await ensureSandbox({ endsWithStacks: true, signal })
  return running.ok ? chooseContext({ ...options, context: sandboxContext }, project) : running
}

/**
 * Starts the sandbox where it does not run.
 *
 * @param endsWithStacks if it is started: whether it ends with the last stack in it
 * @returns whether it was started
 */
export async function ensureSandbox({
  endsWithStacks,
  signal,
}: {
  readonly endsWithStacks: boolean
  readonly signal: AbortSignal
}): Promise<Result<boolean>> {
  const { env, platform, execPath, argv } = process
  const server = [execPath, argv[1] ?? '', 'serve-sandbox']
  const begun = performance.now()
  for (;;) {
    if (await isReady(signal)) return ok(false)
    if (runningSandbox(env)) return fail(notReady())
    const started = await startSandbox({ env, platform, server, endsWithStacks, signal })
    if (started.ok) return ok(true)
    if (started.failure.code !== 'sandbox/running' || signal.aborted) return started
    // Of one that runs, and whose run file is not there, nobody knows: it was removed, or never written.
    if (performance.now() - begun > recordMs) {
      const stopped = await stopSandbox(env, signal)
      if (!stopped.ok) return stopped
    }
    await pause(pollMs)
  }
}

function notReady(): Failure {
  return {
    code: 'sandbox/start',
    message: 'The sandbox runs, but is not ready.',
    at: { file: sandboxFolder(process.env) },
    cure: 'End it with `devloop sandbox down`, and start it anew.',
  }
}

/** Ends a sandbox that was started for a stack, once there is nothing in it. Gives whether it did. */
export async function endUnusedSandbox(
  context: ChosenContext,
  signal: AbortSignal,
): Promise<Result<boolean>> {
  const isForStacks = context.name === sandboxContext && runningSandbox(process.env)?.endsWithStacks === true
  if (!isForStacks || (await isInUse(context, signal))) return ok(false)
  return stopSandbox(process.env, signal)
}

async function wantsSandbox(
  { sandbox, context }: SandboxChoice,
  chosen: Result<ChosenContext>,
  signal: AbortSignal,
): Promise<boolean> {
  if (sandbox || context === sandboxContext) return true
  if (chosen.ok) return chosen.value.name === sandboxContext
  const { stdin, stdout, platform } = process
  const canAsk = platform === 'linux' && stdin.isTTY && stdout.isTTY
  if (context !== undefined || chosen.failure.code !== 'cluster/no-context' || !canAsk) return false
  return askForSandbox(chosen.failure.message, signal)
}

async function askForSandbox(why: string, signal: AbortSignal): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  // Ctrl-C at a question is for devloop.
  terminal.once('SIGINT', () => process.kill(process.pid, 'SIGINT'))
  const question = `${why}\nRun the stack in devloop's sandbox, a small cluster of its own for trying things out? [Y/n] `
  try {
    const answer = await Promise.race([
      terminal.question(question, { signal }).catch(() => 'no'),
      // The end of the input is no answer.
      once(terminal, 'close').then(() => 'no'),
    ])
    return /^(y|yes)?$/i.test(answer.trim())
  } finally {
    terminal.close()
  }
}

/** Waits for one that runs. The server writes its kubeconfig last. */
async function isReady(signal: AbortSignal): Promise<boolean> {
  const begun = performance.now()
  const file = sandboxKubeconfig(sandboxFolder(process.env))
  while (runningSandbox(process.env) && !signal.aborted && performance.now() - begun < othersStartMs) {
    if (existsSync(file)) return true
    await pause(pollMs)
  }
  return false
}
