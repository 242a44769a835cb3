import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Failure } from '../model/failure.ts'
import { fail, ok, type Result } from '../model/result.ts'
import type { ControlAddress } from './address.ts'
import { shellProtocol } from './shell.ts'

export interface ConnectionOptions {
  /** The first at which somebody listens is asked. */
  readonly addresses: readonly ControlAddress[]
  /** Whose `up`, for messages: absolute path of the Devfile. */
  readonly devfile: string
}

export interface Call {
  /** `GET /v1/status` */
  readonly call: string
  readonly body?: object
  readonly signal: AbortSignal
}

/** Characters of one answer. */
const maxAnswerLength = 16 * 1024 * 1024

/** The way to a running `up`. Each request is a connection of its own. */
export interface Connection {
  /** The answer's headers have come; its body is still to be read. */
  send(call: Call): Promise<Result<IncomingMessage>>
  /** The body of an answer that is one value, or its failure. */
  read<T>(response: IncomingMessage): Promise<Result<T>>
  /** Why a request was refused. */
  readFailure(response: IncomingMessage): Promise<Failure>
  /** The connection itself, for a protocol of its own. */
  switch(call: Call): Promise<Result<Duplex>>
}

export function openConnection({ addresses, devfile }: ConnectionOptions): Connection {
  async function first<T>(
    { signal, ...call }: Call,
    attempt: (request: ClientRequest) => Promise<T>,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Result<T>> {
    for (const address of addresses) {
      try {
        return ok(await attempt(requestTo(address, { signal, ...call }, headers)))
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException
        if (code === 'ENOENT' || code === 'ECONNREFUSED') continue
        return fail(signal.aborted ? silent(devfile) : refused(address, error))
      }
    }
    return fail(notRunning(devfile))
  }

  async function parse(response: IncomingMessage): Promise<Result<unknown>> {
    let text = ''
    try {
      response.setEncoding('utf8')
      for await (const part of response) {
        text += part
        if (text.length > maxAnswerLength) break
      }
      return ok(JSON.parse(text))
    } catch {
      // It ended in the middle of its answer, or is no devloop.
      return fail(silent(devfile))
    }
  }

  async function readFailure(response: IncomingMessage): Promise<Failure> {
    const parsed = await parse(response)
    if (!parsed.ok) return parsed.failure
    return (parsed.value as { failure?: Failure } | null)?.failure ?? silent(devfile)
  }

  return {
    async read<T>(response: IncomingMessage): Promise<Result<T>> {
      if (response.statusCode !== 200) return fail(await readFailure(response))
      return (await parse(response)) as Result<T>
    },
    readFailure,
    send: call =>
      first(
        call,
        request =>
          new Promise((resolve, reject) => {
            request.on('response', resolve).on('error', reject)
          }),
      ),
    async switch(call) {
      const switched = await first<Result<Duplex, IncomingMessage>>(
        call,
        request =>
          new Promise((resolve, reject) => {
            request.on('response', refusal => resolve(fail(refusal))).on('error', reject)
            request.on('upgrade', (_, socket, head) => {
              if (head.length > 0) socket.unshift(head)
              resolve(ok(socket))
            })
          }),
        { connection: 'upgrade', upgrade: shellProtocol },
      )
      if (!switched.ok) return switched
      const { value: outcome } = switched
      return outcome.ok ? outcome : fail(await readFailure(outcome.failure))
    },
  }
}

function requestTo(
  { path: socketPath }: ControlAddress,
  { call, body, signal }: Call,
  headers: Readonly<Record<string, string>>,
): ClientRequest {
  const [method, path] = call.split(' ')
  const request = httpRequest({ socketPath, method, path, signal, headers, agent: false })
  request.end(body && JSON.stringify(body))
  return request
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
