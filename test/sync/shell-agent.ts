import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { Duplex } from 'node:stream'
import { fail, ok } from '../../src/model/result.ts'
import type { AgentEnd, OpenAgent } from '../../src/sync/stream.ts'

/** Those of the shells that images have which this machine has too. */
export const shells: readonly (readonly string[])[] = [
  ['dash'],
  ['busybox', 'sh'],
  ['bash', '--posix'],
].filter(([program = '', ...args]) => spawnSync(program, [...args, '-c', 'exit 0']).status === 0)

export interface LocalAgent {
  readonly open: OpenAgent
  /** Of the agent that was opened last. */
  readonly child: () => ChildProcess
}

/** Runs agents under a shell of this machine. @param environment added to the machine's own */
export function localAgent(
  [program = '', ...args]: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): LocalAgent {
  let child: ChildProcess | undefined
  return {
    open: async ([, ...rest]) => {
      const process_ = spawn(program, [...args, ...rest], {
        stdio: ['pipe', 'pipe', 'ignore'],
        env: { ...process.env, ...environment },
      })
      child = process_
      const ended = new Promise<AgentEnd>(resolve => {
        process_.once('exit', (code, signal) =>
          resolve(
            code === null ? { kind: 'broken', message: `killed by ${signal}` } : { kind: 'exited', code },
          ),
        )
      })
      const streams = Duplex.from({ writable: process_.stdin, readable: process_.stdout })
      return ok({
        streams,
        ended,
        close: () => {
          streams.destroy()
          process_.stdin.destroy()
        },
      })
    },
    child: () => {
      if (!child) throw new Error('no agent was opened')
      return child
    },
  }
}

export const openNothing: OpenAgent = async () =>
  fail({ message: 'exec: "sh": executable file not found in $PATH', isMissingProgram: true })
