import type { Readable } from 'node:stream'
import type { JsonLine } from '../feed/lines.ts'
import type { JsonLogLine } from '../feed/log-line.ts'
import type { ProjectStatus } from '../feed/status.ts'
import type { Consequence } from '../model/consequence.ts'
import type { TerminalSize } from '../model/kube-api.ts'
import type { LogLine } from '../model/log.ts'
import { fail, ok, type Result } from '../model/result.ts'
import type { Shell } from '../model/shell.ts'
import type { AttachRequest } from './attach.ts'
import { type ConnectionOptions, openConnection } from './connection.ts'
import { readLineBatches } from './json-lines.ts'
import { LogLineReader } from './log-line-reader.ts'
import type { LogsRequest } from './logs.ts'
import { openRemoteShell } from './remote-shell.ts'
import type { WaitOutcome, WaitRequest } from './wait.ts'

/** What a running `devloop up` is asked. Each call is a connection of its own, and bounded in time. */
export interface ControlClient {
  status(): Promise<Result<ProjectStatus>>
  wait(request: WaitRequest): Promise<Result<WaitOutcome>>
  trigger(services: readonly string[]): Promise<Result<ProjectStatus>>
  disable(services: readonly string[]): Promise<Result<ProjectStatus>>
  enable(services: readonly string[]): Promise<Result<ProjectStatus>>
  /** Gives what was done, for the user. */
  restart(service: string): Promise<Result<string>>
  pause(): Promise<Result<ProjectStatus>>
  resume(): Promise<Result<ProjectStatus>>
  /** @param file absolute */
  why(file: string): Promise<Result<readonly Consequence[]>>
  /** Resolves when `up` has ended. */
  stop(): Promise<Result<void>>
  /** First how everything is, then what happens. Resolves when `up` or the signal ends it. */
  events(onLine: (line: JsonLine) => void, signal: AbortSignal): Promise<Result<void>>
  /** Resolves when all is read, or when `up` or the signal ends it. */
  logs(request: LogsRequest, reader: LogsReader, signal: AbortSignal): Promise<Result<void>>
  /** A shell in a container of a service, which has a terminal of this size. */
  openShell(service: string, size: TerminalSize): Promise<Result<Shell>>
  /** What a screen of its own is shown, as `attachTo` reads it. */
  attach(request: AttachRequest, signal: AbortSignal): Promise<Result<AsyncIterable<readonly string[]>>>
}

/** Takes lines of logs. */
export interface LogsReader {
  /** Oldest first. No more are read before the promise settles. */
  onLines(lines: readonly LogLine[]): Promise<void> | void
  /** So many lines were dropped before they could be read. */
  onMissed(lines: number): void
}

export interface ClientOptions extends ConnectionOptions {
  /** Milliseconds for an answer to what can be answered at once. Default: 10 s. */
  readonly answerMs?: number
}

const defaultAnswerMs = 10_000
/** Milliseconds in which the cluster answers when pods are to be replaced. */
const restartMs = 60_000

export function controlClient({ answerMs = defaultAnswerMs, ...options }: ClientOptions): ControlClient {
  const connection = openConnection(options)

  const ask = async <T>(call: string, body?: object, waitMs = 0): Promise<Result<T>> => {
    const signal = AbortSignal.timeout(answerMs + waitMs)
    const opened = await connection.send({ call, signal, ...(body && { body }) })
    return opened.ok ? connection.read<T>(opened.value) : opened
  }

  /** Only the beginning of its answer is bounded in time. */
  async function withinTime<T>(signal: AbortSignal, open: (both: AbortSignal) => Promise<T>): Promise<T> {
    const limit = new AbortController()
    const timer = setTimeout(() => limit.abort(), answerMs)
    const opened = await open(AbortSignal.any([signal, limit.signal]))
    clearTimeout(timer)
    return opened
  }

  async function openLines(
    call: string,
    body: object | undefined,
    signal: AbortSignal,
  ): Promise<Result<AsyncIterable<readonly string[]>>> {
    const opened = await withinTime(signal, both =>
      connection.send({ call, signal: both, ...(body && { body }) }),
    )
    if (!opened.ok) return opened
    if (opened.value.statusCode !== 200) return fail(await connection.readFailure(opened.value))
    return ok(untilBroken(opened.value))
  }

  return {
    status: () => ask('GET /v1/status'),
    wait: ({ services, goal, timeoutMs }) =>
      ask('POST /v1/wait', { services, for: goal, timeoutMs }, timeoutMs),
    trigger: services => ask('POST /v1/trigger', { services }),
    disable: services => ask('POST /v1/disable', { services }),
    enable: services => ask('POST /v1/enable', { services }),
    async restart(service) {
      const answered = await ask<{ done: string }>('POST /v1/restart', { service }, restartMs)
      return answered.ok ? ok(answered.value.done) : answered
    },
    pause: () => ask('POST /v1/pause', {}),
    resume: () => ask('POST /v1/resume', {}),
    async why(file) {
      const answered = await ask<{ consequences: readonly Consequence[] }>('POST /v1/why', { file })
      return answered.ok ? ok(answered.value.consequences) : answered
    },
    async stop() {
      const answered = await ask('POST /v1/stop', {})
      return answered.ok ? ok(undefined) : answered
    },
    async events(onLine, signal) {
      const opened = await openLines('GET /v1/events', undefined, signal)
      if (!opened.ok) return signal.aborted ? ok(undefined) : opened
      for await (const lines of opened.value) for (const line of lines) onLine(JSON.parse(line) as JsonLine)
      return ok(undefined)
    },
    async logs(request, { onLines, onMissed }, signal) {
      const opened = await openLines('POST /v1/logs', request, signal)
      if (!opened.ok) return signal.aborted ? ok(undefined) : opened
      const reader = new LogLineReader()
      for await (const batch of opened.value) {
        const lines = batch.map(line => JSON.parse(line) as JsonLine)
        for (const line of lines) if (line.type === 'logs-missed') onMissed(line.lines)
        const said = lines.filter((line): line is JsonLogLine => line.type === 'log')
        await onLines(said.map(line => reader.read(line)))
      }
      return ok(undefined)
    },
    async openShell(service, { columns, rows }) {
      const query = new URLSearchParams({ service, columns: String(columns), rows: String(rows) })
      const opened = await withinTime(new AbortController().signal, signal =>
        connection.switch({ call: `GET /v1/shell?${query}`, signal }),
      )
      return opened.ok ? openRemoteShell(opened.value) : opened
    },
    async attach(request, signal) {
      const opened = await openLines('POST /v1/attach', request, signal)
      if (opened.ok || opened.failure.code !== 'control/request') return opened
      return fail({
        code: 'control/version',
        message: `The running devloop up is older than this devloop (${request.version}), and cannot show its screen here.`,
        cure: 'End it (devloop stop), and start devloop up again.',
      })
    },
  }
}

/** The end of `up`, and that of the signal, break it off. */
async function* untilBroken(stream: Readable): AsyncGenerator<readonly string[]> {
  try {
    yield* readLineBatches(stream)
  } catch (error) {
    if (!stream.destroyed) throw error
  }
}
