import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http'
import { Agent as HttpsAgent, type RequestOptions, request as requestHttps } from 'node:https'
import type { ApiError, ApiResult } from '../model/kube-api.ts'
import { fail, ok } from '../model/result.ts'
import type { Closable } from '../util/scope.ts'
import { errorOfAnswer, errorOfConnection } from './api-error.ts'
import type { Credentials } from './credentials.ts'
import { Deadline, pause } from './deadline.ts'

export interface ApiRequest {
  readonly method?: 'GET' | 'PATCH' | 'DELETE'
  /** From the root of the server: `/api/v1/pods`. */
  readonly path: string
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>
  readonly body?: { readonly type: string; readonly text: string }
  /** Milliseconds until the answer is complete (`json`) or has begun (`stream`). */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}

const defaultTimeoutMs = 15_000
/** A list page of large objects is some megabytes; more than this is no answer of an API server. */
const maxBodyBytes = 64 * 1024 * 1024
const maxErrorBytes = 64 * 1024
const maxRetryAfterMs = 5_000
/** After this much quiet the system asks the other side whether it is still there. */
const keepAliveMs = 15_000

/**
 * HTTP to one API server: connections that are kept and used again, bounded waits, errors as values. Every request must
 * be one that may be sent twice, as it is when the server asks to wait or a kept connection turns out to be dead.
 */
export class Transport implements Closable {
  readonly server: string
  readonly #credentials: Credentials
  readonly #agent: HttpAgent | HttpsAgent

  constructor(server: string, credentials: Credentials) {
    this.server = server
    this.#credentials = credentials
    const agentOptions = { keepAlive: true, keepAliveMsecs: keepAliveMs, maxFreeSockets: 8 }
    this.#agent = server.startsWith('http:') ? new HttpAgent(agentOptions) : new HttpsAgent(agentOptions)
  }

  /** Sends a request and parses the answer. */
  async json<T>(request: ApiRequest): Promise<ApiResult<T>> {
    using deadline = new Deadline(request.timeoutMs ?? defaultTimeoutMs, request.signal)
    const answer = await this.#send(request, deadline)
    if (!answer.ok) return answer
    try {
      return ok(JSON.parse(await readBody(answer.value, maxBodyBytes)) as T)
    } catch (error) {
      const { message } = error as Error
      if (error instanceof SyntaxError)
        return fail({ kind: 'other', message: `the answer is not JSON: ${message}` })
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
    answer.value.once('close', () => deadline[Symbol.dispose]())
    return answer
  }

  /** What a WebSocket needs to share credentials and kept connections. Rejects as `Credentials` does. */
  async requestOptions(): Promise<RequestOptions> {
    return { agent: this.#agent, ...(await this.#credentials.requestOptions()) }
  }

  urlOf({ path, query = {} }: Pick<ApiRequest, 'path' | 'query'>): URL {
    // Joined as text: the server may itself be a path, as behind Rancher's proxy.
    const url = new URL(`${this.server}${path}`)
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, String(value))
    }
    return url
  }

  close(): void {
    this.#agent.destroy()
  }

  async #send(request: ApiRequest, deadline: Deadline): Promise<ApiResult<IncomingMessage>> {
    const first = await this.#try(request, deadline)
    if (first.retryAfterMs === undefined) return first.result
    await pause(first.retryAfterMs, deadline.signal)
    return (await this.#try(request, deadline)).result
  }

  async #try(request: ApiRequest, deadline: Deadline): Promise<Attempt> {
    let options: RequestOptions
    try {
      options = await withSignal(this.requestOptions(), deadline.signal)
    } catch (error) {
      const message = `no credentials: ${(error as Error).message.trim()}`
      return { result: fail(interruption(request, deadline) ?? { kind: 'unauthorized', message }) }
    }
    const answer = await this.#exchange(request, options, deadline.signal)
    if (answer instanceof Error) {
      const isStale = isStaleConnection(answer)
      const result = fail(interruption(request, deadline) ?? errorOfConnection(answer))
      return { result, ...(isStale && { retryAfterMs: 0 }) }
    }
    const status = answer.statusCode ?? 0
    if (status >= 200 && status < 300) return { result: ok(answer) }
    const retryAfterMs = this.#retryAfter(status, answer)
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
  #retryAfter(status: number, answer: IncomingMessage): number | undefined {
    if (status === 401 && this.#credentials.areRenewable) {
      this.#credentials.renew()
      return 0
    }
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
  return deadline.signal.aborted ? { kind: 'aborted', message: 'aborted' } : undefined
}

/** The server closed a kept connection just as it was used again: it has not seen the request. */
function isStaleConnection(error: Error): boolean {
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

function withSignal<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(new Error('aborted'))
    signal.addEventListener('abort', abort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
    if (signal.aborted) abort()
  })
}
