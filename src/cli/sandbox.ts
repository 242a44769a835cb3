import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { cleanSandbox, runningSandbox, stopSandbox } from '../sandbox/lifecycle.ts'
import { chooseContext } from '../session/context.ts'
import { formatDuration } from '../ui/text.ts'
import { killAllProcesses } from '../util/exec.ts'
import { sandboxContext, sandboxFolder, sandboxKubeconfig } from '../util/sandbox-place.ts'
import { onEndSignals } from './end-signals.ts'
import { printFailures } from './failures.ts'
import { ensureSandbox } from './own-sandbox.ts'

export type SandboxAction = 'up' | 'down' | 'status' | 'clean'

/** Starts, ends, shows or clears this user's sandbox. Gives the exit code: of `status` 1 where none runs. */
export async function sandbox(action: SandboxAction): Promise<number> {
  process.once('exit', killAllProcesses)
  const end = new AbortController()
  onEndSignals(() => end.abort())
  switch (action) {
    case 'up':
      return start(end.signal)
    case 'down':
      return stop(end.signal)
    case 'status':
      return show()
    case 'clean':
      return clear(end.signal)
    default:
      return action satisfies never
  }
}

async function start(signal: AbortSignal): Promise<number> {
  const begun = performance.now()
  const started = await ensureSandbox({ endsWithStacks: false, signal })
  if (signal.aborted) return 130
  if (!started.ok) return printFailures([started.failure])
  const took = formatDuration(performance.now() - begun)
  const state = started.value ? `The sandbox runs, started in ${took}.` : 'The sandbox runs already.'
  process.stdout.write(`${[state, ...wayToIt()].join('\n')}\n`)
  return 0
}

async function stop(signal: AbortSignal): Promise<number> {
  const stopped = await stopSandbox(process.env, signal)
  if (!stopped.ok) return printFailures([stopped.failure])
  process.stdout.write(stopped.value ? 'The sandbox has ended.\n' : 'The sandbox does not run.\n')
  return 0
}

function show(): number {
  const running = runningSandbox(process.env)
  if (!running) {
    process.stdout.write('The sandbox does not run: devloop sandbox up starts it.\n')
    return 1
  }
  const age = formatDuration(Date.now() - Date.parse(running.startedAt))
  const context = chooseContext({ context: sandboxContext, args: [] }, { contexts: [] })
  const server = context.ok ? ` at ${context.value.server}` : ''
  const state = `The sandbox runs${server}: process ${running.pid}, for ${age}.`
  process.stdout.write(`${[state, ...wayToIt(), ...notices()].join('\n')}\n`)
  return 0
}

async function clear(signal: AbortSignal): Promise<number> {
  const folder = sandboxFolder(process.env)
  const cleared = await cleanSandbox(process.env, signal)
  if (!cleared.ok) return printFailures([cleared.failure])
  process.stdout.write(`Nothing of the sandbox is left: ${folder} is gone.\n`)
  return 0
}

/** The sandbox comes and goes, so its context is not written into a file that is the user's own. */
function wayToIt(): readonly string[] {
  const file = sandboxKubeconfig(sandboxFolder(process.env))
  return [
    `devloop finds it by its context, ${sandboxContext}; for kubectl:`,
    `  export KUBECONFIG="\${KUBECONFIG:-$HOME/.kube/config}:${file}"`,
  ]
}

/** What its server had to say. */
function notices(): readonly string[] {
  const file = path.join(sandboxFolder(process.env), 'server.log')
  const text = existsSync(file) ? readFileSync(file, 'utf8').trimEnd() : ''
  return text === '' ? [] : text.split('\n').slice(-maxNotices)
}

const maxNotices = 20
