import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http'
import { Agent as HttpsAgent, type RequestOptions, request as requestHttps } from 'node:https'
import { finished } from 'node:stream'
import type { ApiError, ApiResult } from '../model/kube-api.ts'
import { fail, ok } from '../model/result.ts'
import type { Closable } from '../util/scope.ts'
import { errorOfAnswer, errorOfConnection } from './api-error.ts'
import type { Credentials } from './credentials.ts'
import { Deadline, pause } from './deadline.ts'
import { gatherAnswers } from './gathering-socket.ts'

export interface ApiRequest {
  readonly method?: 'GET' | 'PATCH' | 'DELETE'
  /** From the root of the server: `/api/v1/pods`. */
  readonly path: string
  /** A list is given as one parameter an entry, all of the same name. */
  readonly query?: Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>
  readonly body?: { readonly type: string; readonly text: string }
  /** Milliseconds until the answer is complete (`json`, `text`) or has begun (`stream`), all tries included. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
  /** The answer comes in many small pieces, and is to be gathered: see gathering-socket.ts. */
  readonly isGathered?: boolean
}

const defaultTimeoutMs = 15_000
/** A list page of large objects is some megabytes; more than this is no answer of an API server. */
const maxBodyBytes = 64 * 1024 * 1024
const maxErrorBytes = 64 * 1024
const maxRetryAfterMs = 5_000
const maxTries = 4
/** After this much quiet the system asks the other side whether it is still there, in milliseconds. */
const keepAliveMs = 15_000
/** Kept for the next requests; more at once are opened as needed. */
const maxIdleConnections = 8

/**
 * HTTP to one API server: connections that are kept and used again, bounded waits, errors as values. Every request must
 * be one that may be sent twice, as it is when the server asks to wait or a kept connection turns out to be dead.
 */
export class Transport implements Closable {
  readonly server: string
  readonly #credentials: Credentials
  readonly #agent: HttpAgent | HttpsAgent
  readonly #gatheringAgent: HttpAgent | HttpsAgent
  #isClosed = false

  /** Closes the credentials together with itself. */
  constructor(server: string, credentials: Credentials) {
    this.server = server
    this.#credentials = credentials
    const agentOptions = {
      keepAlive: true,
      keepAliveMsecs: keepAliveMs,
      // Without this a connection is asked only once it was put back, and a watch's never is.
      keepAliveInitialDelay: keepAliveMs,
      maxFreeSockets: maxIdleConnections,
    }
    const Agent = server.startsWith('http:') ? HttpAgent : HttpsAgent
    this.#agent = new Agent(agentOptions)
    this.#gatheringAgent = gatherAnswers(new Agent({ ...agentOptions, keepAlive: false }))
  }

  /** Sends a request and parses the answer. */
  async json<T>(request: ApiRequest): Promise<ApiResult<T>> {
    const answer = await this.text(request)
    if (!answer.ok) return answer
    try {
      return ok(JSON.parse(answer.value) as T)
    } catch (error) {
      return fail({ kind: 'other', message: `the answer is not JSON: ${(error as Error).message}` })
    }
  }

  /** Sends a request and reads the answer to its end, within the same time. */
  async text(request: ApiRequest): Promise<ApiResult<string>> {
    using deadline = new Deadline(request.timeoutMs ?? defaultTimeoutMs, request.signal)
    const answer = await this.#send(request, deadline)
    if (!answer.ok) return answer
    try {
      return ok(await readBody(answer.value, maxBodyBytes))
    } catch (error) {
      return fail(interruption(request, deadline) ?? errorOfConnection(error as Error))
    }
  }

  /** Sends a request and hands over the answer's body as it comes. Aborting the signal destroys it. */
  async stream(request: ApiRequest): Promise<ApiResult<IncomingMessage>> {
    const deadline = new Deadline(request.timeoutMs ?? defaultTimeoutMs, request.signal)
    const answer = await this.#send(request, deadline)
    if (!answer.ok) {
      deadline[Symbol.dispose]()
      return answer
    }
    deadline.lift()
    finished(answer.value, () => deadline[Symbol.dispose]())
    return answer
  }

  /** What a WebSocket needs to share credentials and kept connections. */
  async requestOptions(): Promise<ApiResult<RequestOptions>> {
    const options = await this.#credentials.requestOptions()
    return options.ok ? ok({ agent: this.#agent, ...options.value }) : options
  }

  urlOf({ path, query = {} }: Pick<ApiRequest, 'path' | 'query'>): URL {
    // Joined as text: the server may itself be a path, as behind Rancher's proxy.
    const url = new URL(`${this.server}${path}`)
    for (const [name, value] of Object.entries(query)) {
      if (value === undefined) continue
      for (const one of Array.isArray(value) ? value : [value]) url.searchParams.append(name, String(one))
    }
    return url
  }

  /** Ends every request, those under way too. */
  close(): void {
    this.#isClosed = true
    this.#credentials.close()
    this.#agent.destroy()
    this.#gatheringAgent.destroy()
  }

  async #send(request: ApiRequest, deadline: Deadline): Promise<ApiResult<IncomingMessage>> {
    for (let number = 1; ; number++) {
      const { result, retryAfterMs } = await this.#try(request, deadline, number)
      if (retryAfterMs === undefined || number === maxTries || this.#isClosed) return result
      await pause(retryAfterMs, deadline.signal)
    }
  }

  async #try(request: ApiRequest, deadline: Deadline, number: number): Promise<Attempt> {
    const options = await untilAborted(this.requestOptions(), deadline.signal)
    if (!options?.ok) return { result: fail(interruption(request, deadline) ?? options?.failure ?? aborted) }
    const answer = await this.#exchange(request, options.value, deadline.signal)
    if (answer instanceof Error) {
      const isStale = isStaleConnection(answer)
      const result = fail(interruption(request, deadline) ?? errorOfConnection(answer))
      return { result, ...(isStale && { retryAfterMs: 0 }) }
    }
    const status = answer.statusCode ?? 0
    if (status >= 200 && status < 300) return { result: ok(answer) }
    const retryAfterMs = this.#retryAfter(status, answer, number)
    const body = await readBody(answer, maxErrorBytes).catch(() => '')
    const result = fail(interruption(request, deadline) ?? errorOfAnswer(status, body))
    return { result, ...(retryAfterMs !== undefined && { retryAfterMs }) }
  }

  #exchange(
    request: ApiRequest,
    options: RequestOptions,
    signal: AbortSignal,
  ): Promise<IncomingMessage | Error> {
    const { method = 'GET', body } = request
    const url = this.urlOf(request)
    const send = url.protocol === 'http:' ? requestHttp : requestHttps
    return new Promise(resolve => {
      const outgoing = send(url, {
        ...options,
        ...(request.isGathered && { agent: this.#gatheringAgent }),
        method,
        signal,
        headers: {
          ...(options.headers as Record<string, string>),
          accept: 'application/json',
          'user-agent': 'devloop',
          ...(body && { 'content-type': body.type, 'content-length': Buffer.byteLength(body.text) }),
        },
      })
      outgoing.once('response', resolve)
      outgoing.on('error', error => resolve(Object.assign(error, { wasReused: outgoing.reusedSocket })))
      outgoing.end(body?.text)
    })
  }

  /** Milliseconds until a second try makes sense; `undefined`: it does not. */
  #retryAfter(status: number, answer: IncomingMessage, number: number): number | undefined {
    if (status === 401) return number === 1 && this.#credentials.renew() ? 0 : undefined
    const seconds = Number(answer.headers['retry-after'])
    if ((status !== 429 && status !== 503) || !(seconds >= 0)) return undefined
    return Math.min(seconds * 1_000, maxRetryAfterMs)
  }
}

interface Attempt {
  readonly result: ApiResult<IncomingMessage>
  readonly retryAfterMs?: number
}

/** Why there is no answer, if it is not the other side's doing. */
function interruption(request: ApiRequest, deadline: Deadline): ApiError | undefined {
  if (deadline.hasPassed) {
    const seconds = (request.timeoutMs ?? defaultTimeoutMs) / 1_000
    return { kind: 'timeout', message: `no answer within ${seconds} s` }
  }
  return deadline.signal.aborted ? aborted : undefined
}

const aborted: ApiError = { kind: 'aborted', message: 'aborted' }

/** The server closed a kept connection just as it was used again: it has not seen the request. */
export function isStaleConnection(error: Error): boolean {
  const { code, wasReused } = error as NodeJS.ErrnoException & { wasReused?: boolean }
  return wasReused === true && (code === 'ECONNRESET' || code === 'EPIPE')
}

async function readBody(answer: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > maxBytes) throw new Error(`the answer is larger than ${maxBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** The promise's value, or `undefined` as soon as the signal is aborted. */
async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  if (signal.aborted) return undefined
  const { promise: abortion, resolve } = Promise.withResolvers<undefined>()
  const abort = () => resolve(undefined)
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([promise, abortion])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
