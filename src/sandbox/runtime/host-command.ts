import { maxOutputLines } from '../../model/failure.ts'
import { readLines } from '../../util/lines.ts'
import type { HostCommand } from '../images/build/run.ts'
import type { InitClient } from './init-client.ts'
import { startProgram } from './program.ts'
import { killNumber } from './signals.ts'

/** Runs programs beside the sandbox's first process: in the host's network, and with the rights that it has. */
export function hostCommands(init: InitClient): HostCommand {
  return async ({ command, args, signal, onLine }) => {
    if (signal.aborted) return { status: 'aborted' }
    const started = await startProgram(init, {
      command: [command, ...args],
      environment: Object.entries(process.env).map(([name, value]) => `${name}=${value}`),
      workingDir: '/',
      user: { user: 0, group: 0, groups: [] },
      hasStdin: false,
      hasTty: false,
      files: { kind: 'host' },
    })
    if (!started.ok) {
      const { code, message } = started.failure
      if (code === 'sandbox/no-command') return { status: 'not-found' }
      return { status: 'failed', exit: 'no start', output: [message] }
    }
    const { stdout, stderr, ended, kill } = started.value
    const output: string[] = []
    const keep = (line: string) => {
      output.push(line)
      if (output.length > maxOutputLines) output.shift()
      onLine?.(line)
    }
    // What runs in namespaces of its own ends with their first process, which no milder signal reaches.
    const end = () => kill(killNumber)
    signal.addEventListener('abort', end, { once: true })
    if (signal.aborted) end()
    const [{ code, signal: endedBy }] = await Promise.all([
      ended,
      readLines(stdout, keep),
      stderr && readLines(stderr, keep),
    ])
    signal.removeEventListener('abort', end)
    if (signal.aborted) return { status: 'aborted' }
    if (endedBy !== 0) return { status: 'failed', exit: `signal ${endedBy}`, output }
    return code === 0
      ? { status: 'succeeded' }
      : { status: 'failed', exit: `exit code ${code}`, code, output }
  }
}
