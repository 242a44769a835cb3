import { request as httpRequest, type IncomingMessage } from 'node:http'
import { createInterface } from 'node:readline'
import type { JsonLine } from '../feed/lines.ts'
import type { ProjectStatus } from '../feed/status.ts'
import type { Consequence } from '../model/consequence.ts'
import type { Failure } from '../model/failure.ts'
import { fail, ok, type Result } from '../model/result.ts'
import type { ControlAddress } from './address.ts'
import type { WaitOutcome, WaitRequest } from './wait.ts'

/** What a running `devloop up` is asked. Each call is a connection of its own, and bounded in time. */
export interface ControlClient {
  status(): Promise<Result<ProjectStatus>>
  wait(request: WaitRequest): Promise<Result<WaitOutcome>>
  trigger(services: readonly string[]): Promise<Result<ProjectStatus>>
  disable(services: readonly string[]): Promise<Result<ProjectStatus>>
  enable(services: readonly string[]): Promise<Result<ProjectStatus>>
  pause(): Promise<Result<ProjectStatus>>
  resume(): Promise<Result<ProjectStatus>>
  /** @param file absolute */
  why(file: string): Promise<Result<readonly Consequence[]>>
  /** Resolves when `up` has ended. */
  stop(): Promise<Result<void>>
  /** First how everything is, then what happens. Resolves when `up` or the signal ends it. */
  events(onLine: (line: JsonLine) => void, signal: AbortSignal): Promise<Result<void>>
}

export interface ClientOptions {
  /** The first at which somebody listens is asked. */
  readonly addresses: readonly ControlAddress[]
  /** Whose `up`, for messages: absolute path of the Devfile. */
  readonly devfile: string
  /** Milliseconds for an answer to what can be answered at once. Default: 10 s. */
  readonly answerMs?: number
}

const defaultAnswerMs = 10_000
/** Characters of one answer. */
const maxAnswerLength = 16 * 1024 * 1024

export function controlClient({
  addresses,
  devfile,
  answerMs = defaultAnswerMs,
}: ClientOptions): ControlClient {
  const ask = async <T>(call: string, body?: object, waitMs = 0): Promise<Result<T>> => {
    const signal = AbortSignal.timeout(answerMs + waitMs)
    const opened = await open(call, body, signal)
    return opened.ok ? readAnswer<T>(opened.value) : opened
  }

  async function open(
    call: string,
    body: object | undefined,
    signal: AbortSignal,
  ): Promise<Result<IncomingMessage>> {
    for (const address of addresses) {
      try {
        return ok(await send(address, call, body, signal))
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException
        if (code === 'ENOENT' || code === 'ECONNREFUSED') continue
        return fail(signal.aborted ? silent(devfile) : refused(address, error))
      }
    }
    return fail(notRunning(devfile))
  }

  async function readAnswer<T>(response: IncomingMessage): Promise<Result<T>> {
    let text = ''
    try {
      response.setEncoding('utf8')
      for await (const part of response) {
        text += part
        if (text.length > maxAnswerLength) break
      }
      const answer: unknown = JSON.parse(text)
      if (response.statusCode === 200) return ok(answer as T)
      return fail((answer as { failure: Failure }).failure)
    } catch {
      // It ended in the middle of its answer, or is no devloop.
      return fail(silent(devfile))
    }
  }

  return {
    status: () => ask('GET /v1/status'),
    wait: ({ services, goal, timeoutMs }) =>
      ask('POST /v1/wait', { services, for: goal, timeoutMs }, timeoutMs),
    trigger: services => ask('POST /v1/trigger', { services }),
    disable: services => ask('POST /v1/disable', { services }),
    enable: services => ask('POST /v1/enable', { services }),
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
      const opened = await open('GET /v1/events', undefined, signal)
      if (!opened.ok) return signal.aborted ? ok(undefined) : opened
      try {
        for await (const line of createInterface(opened.value)) onLine(JSON.parse(line) as JsonLine)
      } catch (error) {
        // It breaks off in the middle of a line where `up` is killed.
        if (!(error instanceof SyntaxError) && !opened.value.destroyed) throw error
      }
      return ok(undefined)
    },
  }
}

function send(
  { path: socketPath }: ControlAddress,
  call: string,
  body: object | undefined,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const [method, path] = call.split(' ')
  return new Promise((resolve, reject) => {
    const request = httpRequest({ socketPath, method, path, signal, agent: false }, resolve)
    request.on('error', reject)
    request.end(body && JSON.stringify(body))
  })
}

function notRunning(devfile: string): Failure {
  return {
    code: 'control/not-running',
    message: 'No devloop up runs for this Devfile.',
    at: { file: devfile },
    cure: 'Start it in another terminal: devloop up',
  }
}

function silent(devfile: string): Failure {
  return {
    code: 'control/silent',
    message: 'The devloop up of this Devfile does not answer.',
    at: { file: devfile },
    cure: 'It may be stopped (Ctrl-Z) or about to end. If it stays like this, end it and start devloop up again.',
  }
}

function refused({ path }: ControlAddress, error: unknown): Failure {
  return {
    code: 'control/address',
    message: 'The control socket cannot be used.',
    at: { file: path },
    why: error instanceof Error ? error.message : String(error),
    cure: 'It can be used only by the user who runs devloop up.',
  }
}
