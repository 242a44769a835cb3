import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Writable } from 'node:stream'
import { openSyncStream, type SyncStream } from '../../src/sync/stream.ts'
import { supervisor } from '../../src/sync/supervisor.ts'
import { localAgent } from './shell-agent.ts'

/** A supervised process: what it printed, line by line, and how its supervisor ended. */
export interface Supervised {
  readonly input: Writable
  readonly lines: readonly string[]
  /** Starts an agent beside the process, as an exec into its container would; it ends with the supervised process. */
  open(onCrash?: (exitCode: number) => void): Promise<SyncStream>
  /** By an agent of its own. Throws where it is refused. */
  restart(): Promise<void>
  /** Settles when that many lines are there, with the last of them. */
  line(count: number): Promise<string>
  /** To the supervisor. */
  signal(name: NodeJS.Signals): void
  readonly ended: Promise<number | null>
  /** The supervisor and all that it started and that still runs, with their command lines; zombies left out. */
  processes(): ReadonlyMap<number, string>
  /** Settles when a process has the words in its command line. */
  running(words: string): Promise<void>
  [Symbol.dispose](): void
}

const isRoot = process.getuid?.() === 0

/** Runs a command as PID 1 of a namespace of its own, which an ordinary user may make as the root of another. */
export const ownNamespace: readonly string[] = [
  'unshare',
  ...(isRoot ? [] : ['--user', '--map-root-user']),
  ...['--pid', '--mount-proc', '--fork', '--kill-child'],
]

/**
 * Runs a `sh` script under the supervisor in one of this machine's shells, as PID 1 of a namespace of its own: as in
 * a container it reaps what is left alone, and the kernel kills all the rest with it.
 */
export function supervise(
  [program = '', ...args]: readonly string[],
  script: string,
  graceSeconds = 30,
  environment: Readonly<Record<string, string>> = {},
): Supervised {
  const shell = [program, ...args]
  const [, ...words] = [...supervisor(graceSeconds), 'sh', '-c', script]
  const name = 'DEVLOOP_SUPERVISED'
  const value = randomUUID()
  const [unshare = '', ...namespace] = ownNamespace
  const child = spawn(unshare, [...namespace, ...shell, ...words], {
    stdio: ['pipe', 'pipe', 'inherit'],
    // A bash of the first level whose input is a socket, as pipes of Node are, takes itself for one of `rshd` and runs `.bashrc`.
    env: { ...process.env, SHLVL: '2', ...environment, [name]: value },
  })
  const lines: string[] = []
  let onChange = Promise.withResolvers<void>()
  createInterface({ input: child.stdout }).on('line', line => {
    lines.push(line)
    onChange.resolve()
    onChange = Promise.withResolvers()
  })
  /** The only child of the namespace's head. */
  const supervisorPid = () => Number(read(child.pid ?? 0, `task/${child.pid}/children`))
  const processes = () => {
    const found = processesWith(`${name}=${value}`)
    found.delete(child.pid ?? 0)
    return found
  }
  const streams: SyncStream[] = []
  const open = async (onCrash: (exitCode: number) => void = () => {}) => {
    const inside = [
      'nsenter',
      ...(isRoot ? [] : [`--user=/proc/${child.pid}/ns/user`, '--preserve-credentials']),
      `--pid=/proc/${child.pid}/ns/pid_for_children`,
      `--mount=/proc/${supervisorPid()}/ns/mnt`,
    ]
    const opened = await openSyncStream(localAgent([...inside, ...shell]).open, AbortSignal.timeout(10_000), {
      onCrash,
    })
    if (!opened.ok) throw new Error(opened.failure.message)
    streams.push(opened.value)
    return opened.value
  }
  let agent: Promise<SyncStream> | undefined
  return {
    open,
    async restart() {
      agent ??= open()
      const restarted = await (await agent).restart()
      if (!restarted.ok) throw new Error(restarted.failure.message)
    },
    input: child.stdin,
    lines,
    ended: new Promise(resolve => child.once('exit', resolve)),
    async line(count) {
      while (lines.length < count) await onChange.promise
      return lines[count - 1] ?? ''
    },
    signal: name => void process.kill(supervisorPid(), name),
    processes,
    async running(words) {
      while (![...processes().values()].some(commandLine => commandLine.includes(words))) {
        await new Promise(resolve => setTimeout(resolve, 5))
      }
    },
    [Symbol.dispose]() {
      for (const stream of streams) stream.close()
      child.stdout.destroy()
      child.kill('SIGKILL')
    },
  }
}

function processesWith(mark: string): Map<number, string> {
  const pids = readdirSync('/proc').filter(name => /^\d+$/.test(name))
  const marked = pids.map(Number).filter(pid => read(pid, 'environ').split('\0').includes(mark))
  return new Map(marked.map(pid => [pid, read(pid, 'cmdline')]))
}

/** Nothing for a process that has ended, also for a zombie. */
function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return ''
  }
}
