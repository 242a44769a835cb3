import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import type { JsonLine } from '../../src/feed/lines.ts'

const bin = path.resolve(import.meta.dirname, '../../bin/devloop')

export interface RunOptions {
  /** The project's folder. */
  readonly cwd: string
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>
}

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs the real binary to its end. */
export async function devloop(args: readonly string[], options: RunOptions): Promise<Ended> {
  const child = start(args, options)
  const read = async (stream: NodeJS.ReadableStream | null) => {
    let text = ''
    if (stream) for await (const part of stream) text += part
    return text
  }
  const [stdout, stderr, code] = await Promise.all([read(child.stdout), read(child.stderr), exitOf(child)])
  return { code, stdout, stderr }
}

/** `devloop up --output json`, as a program reads it. */
export interface RunningUp extends AsyncDisposable {
  readonly pid: number
  /** All lines so far. */
  readonly lines: readonly JsonLine[]
  /** The first line, of those not yet asked for, that fits; what comes before it is passed over. */
  next<T extends JsonLine>(isWanted: (line: JsonLine) => line is T): Promise<T>
  next(isWanted: (line: JsonLine) => boolean): Promise<JsonLine>
  /** The next lines that `next` looks at are those that come from now on. */
  skip(): void
  /** `next` looks at all lines again. */
  rewind(): void
  /** Sends a signal. Resolves when the process has ended. */
  end(signal: NodeJS.Signals): Promise<{ code: number | null; tookMs: number }>
}

/** How long (ms) any one step may take before the test says what it was waiting for. */
const stepMs = 60_000

export function startUp(options: RunOptions, args: readonly string[] = []): RunningUp {
  const child = start(['up', '--output', 'json', ...args], options)
  const lines: JsonLine[] = []
  const waiting = new Set<() => void>()
  const wake = () => {
    for (const one of [...waiting]) one()
  }
  let stderr = ''
  let position = 0
  let hasEnded = false
  createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', text => {
    lines.push(JSON.parse(text) as JsonLine)
    wake()
  })
  child.stderr?.setEncoding('utf8').on('data', part => {
    stderr += part
  })
  const exit = exitOf(child).then(code => {
    hasEnded = true
    wake()
    return code
  })

  const next = (isWanted: (line: JsonLine) => boolean) =>
    new Promise<JsonLine>((resolve, reject) => {
      const fail = (why: string) => {
        waiting.delete(look)
        const last = lines.slice(-25).map(line => JSON.stringify(line))
        reject(new Error([`${why}: ${isWanted}`, ...last, stderr].join('\n')))
      }
      const timer = setTimeout(() => fail(`nothing fits within ${stepMs} ms`), stepMs)
      const look = () => {
        while (position < lines.length) {
          const line = lines[position++]
          if (!line || !isWanted(line)) continue
          waiting.delete(look)
          clearTimeout(timer)
          resolve(line)
          return
        }
        if (!hasEnded) return
        clearTimeout(timer)
        fail('devloop ended before')
      }
      waiting.add(look)
      look()
    })

  const end = async (signal: NodeJS.Signals) => {
    const asked = performance.now()
    child.kill(signal)
    return { code: await exit, tookMs: performance.now() - asked }
  }
  return {
    pid: child.pid ?? 0,
    lines,
    next: next as RunningUp['next'],
    skip() {
      position = lines.length
    },
    rewind() {
      position = 0
    },
    end,
    async [Symbol.asyncDispose]() {
      if (!hasEnded) await end('SIGINT')
    },
  }
}

type Line<Type extends JsonLine['type']> = Extract<JsonLine, { type: Type }>

/** The service has gone live: the line that says how long it took. */
export function isLive(service: string) {
  return (line: JsonLine): line is Line<'service'> =>
    line.type === 'service' && line.service === service && line.phase === 'live'
}

export function isFailed(service: string) {
  return (line: JsonLine): line is Line<'service'> =>
    line.type === 'service' && line.service === service && line.phase === 'failed'
}

export function isStarted(kind: Line<'task-started'>['task']['kind']) {
  return (line: JsonLine): line is Line<'task-started'> =>
    line.type === 'task-started' && line.task.kind === kind
}

/** Command lines of processes that devloop's `env` was handed down to, devloop's own included. */
export function processesWith(name: string, value: string): readonly string[] {
  return readdirSync('/proc')
    .filter(entry => /^\d+$/.test(entry) && Number(entry) !== process.pid)
    .filter(pid => readProcess(pid, 'environ').includes(`${name}=${value}`))
    .map(pid => readProcess(pid, 'cmdline').join(' '))
}

function readProcess(pid: string, file: string): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8').split('\0')
  } catch {
    return []
  }
}

function start(args: readonly string[], { cwd, env }: RunOptions): ChildProcess {
  return spawn(process.execPath, [bin, ...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise(resolve => child.once('close', resolve))
}
