import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { type Duplex, pipeline } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import { fail, type Result } from '../../model/result.ts'
import type { Closable } from '../../util/scope.ts'
import type { ObjectStore, StatusError } from '../store/object-store.ts'
import { badRequest } from '../store/status-errors.ts'
import { type Answer, methodNotAllowed, statusOf } from './answer.ts'
import type { ClusterCertificates } from './certificates.ts'
import { LineStream } from './line-stream.ts'
import type { PodStreams } from './pod-streams.ts'
import { type ApiRequest, readRequest } from './request.ts'
import { route } from './route.ts'
import { openLog } from './streams/log.ts'
import { podStreamOf } from './streams/pod-request.ts'
import { refuse, StreamUpgrades } from './streams/upgrade.ts'

export interface ApiServerOptions {
  readonly store: ObjectStore
  /** Absent: pods have neither logs nor processes. */
  readonly streams?: PodStreams
  readonly certificates: Pick<ClusterCertificates, 'authority' | 'server'>
  /** Who has this may do everything, as who has a certificate of the authority: programs in pods. */
  readonly token?: string
  /** Told of every exception: its request fails, and the others go on. */
  readonly onBug: (error: unknown) => void
}

export interface ApiServer extends Closable {
  /** Begins to answer at an address, or on a socket that somebody else has opened and that listens. */
  listen(
    place: { readonly host: string; readonly port: number } | { readonly fd: number },
  ): Promise<AddressInfo>
  /** Ends all requests, those under way too. */
  close(): Promise<void>
}

/**
 * Milliseconds after which a connection that nobody uses is closed. A client may just be sending its next request then, which
 * breaks off; so much later than the 5 s of Node.js, as the real server.
 */
const idleMs = 5 * 60_000

/** The Kubernetes API over the objects of a store. */
export function createApiServer(options: ApiServerOptions): ApiServer {
  return new SandboxApi(options)
}

class SandboxApi implements ApiServer {
  readonly #store: ObjectStore
  readonly #streams: PodStreams | undefined
  readonly #upgrades: StreamUpgrades | undefined
  readonly #token: Buffer | undefined
  readonly #onBug: (error: unknown) => void
  readonly #server: Server
  readonly #sockets = new Set<Duplex>()

  constructor({ store, streams, certificates, token, onBug }: ApiServerOptions) {
    this.#store = store
    this.#streams = streams
    this.#upgrades = streams && new StreamUpgrades(store, streams)
    this.#token = token === undefined ? undefined : Buffer.from(token)
    this.#onBug = onBug
    this.#server = createServer({
      cert: certificates.server.certificate,
      key: certificates.server.key,
      ca: certificates.authority,
      keepAliveTimeout: idleMs,
      requestCert: true,
      // Who shows none may still have the token.
      rejectUnauthorized: false,
    })
    this.#server.on('request', (message, response) => void this.#answer(message, response))
    this.#server.on('upgrade', (message, socket, head) => void this.#upgrade(message, socket, head))
    // A connection that could not be taken is the client's loss alone.
    this.#server.on('error', () => {})
    this.#server.on('connection', socket => {
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
    })
  }

  listen(place: { host: string; port: number } | { fd: number }): Promise<AddressInfo> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(place, () => {
        this.#server.off('error', reject)
        resolve(this.#server.address() as AddressInfo)
      })
    })
  }

  close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    return new Promise(resolve => this.#server.close(() => resolve()))
  }

  async #answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => {})
    const gone = new AbortController()
    response.once('close', () => gone.abort())
    const answerWith = (answer: Answer) => send(response, answer, gone.signal)
    try {
      if (!this.#isKnown(message)) return answerWith(errorAnswer(unauthorized))
      const request = await readRequest(message)
      if (!request.ok) return answerWith(errorAnswer(request.failure))
      const answer = (await this.#answerLog(request.value, gone.signal)) ?? route(this.#store, request.value)
      answerWith(answer.ok ? answer.value : errorAnswer(answer.failure))
    } catch (error) {
      // A client that breaks off its request is no bug.
      if (message.destroyed && !message.complete) return
      this.#onBug(error)
      if (!response.headersSent) answerWith(errorAnswer(internal(error as Error)))
      else response.destroy()
    }
  }

  async #upgrade(message: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    // Whoever takes over a connection hears of its errors: the HTTP server no longer does.
    socket.on('error', () => socket.destroy())
    try {
      if (!this.#isKnown(message)) refuse(socket, unauthorized)
      else if (!this.#upgrades) refuse(socket, noStreams)
      else await this.#upgrades.serve(message, socket, head)
    } catch (error) {
      this.#onBug(error)
      socket.destroy()
    }
  }

  /** Undefined: that is not what is asked. */
  async #answerLog(
    request: ApiRequest,
    signal: AbortSignal,
  ): Promise<Result<Answer, StatusError> | undefined> {
    const target = podStreamOf(this.#store, request.path)
    if (!target) return undefined
    if (target.subresource !== 'log') return fail(badRequest('Upgrade request required'))
    if (request.method !== 'GET') return methodNotAllowed()
    if (!this.#streams) return fail(noStreams)
    return openLog(this.#store, this.#streams, target, request.query, signal)
  }

  #isKnown(message: IncomingMessage): boolean {
    if ((message.socket as TLSSocket).authorized) return true
    const [, text = ''] = /^Bearer (.+)$/.exec(message.headers.authorization ?? '') ?? []
    const token = Buffer.from(text)
    return this.#token?.length === token.length && timingSafeEqual(this.#token, token)
  }
}

const noStreams: StatusError = {
  code: 501,
  reason: 'NotImplemented',
  message: 'this server runs no pods',
}

const unauthorized: StatusError = { code: 401, reason: 'Unauthorized', message: 'Unauthorized' }

function internal({ message }: Error): StatusError {
  return { code: 500, reason: 'InternalError', message: `Internal error occurred: ${message}` }
}

function errorAnswer(error: StatusError): Answer {
  return { code: error.code, body: statusOf(error) }
}

/** @param signal is aborted when the client has gone */
function send(response: ServerResponse, answer: Answer, signal: AbortSignal): void {
  if ('bytes' in answer) {
    response.writeHead(200, { 'content-type': 'text/plain', 'cache-control': 'no-cache, private' })
    response.flushHeaders()
    pipeline(answer.bytes, response, () => {})
    return
  }
  if ('stream' in answer) {
    response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-cache, private' })
    response.flushHeaders()
    if (!signal.aborted) answer.stream(new LineStream(response, signal))
    return
  }
  const { code, body, warnings = [] } = answer
  const isRaw = typeof body === 'string' || Buffer.isBuffer(body)
  const usualType = isRaw ? 'text/plain; charset=utf-8' : 'application/json'
  // As bytes: with a text Node.js would write the headers in its encoding.
  const content = Buffer.from(isRaw ? body : JSON.stringify(body))
  if (warnings.length > 0) response.setHeader('warning', warnings.map(warningHeader))
  response.writeHead(code, {
    'content-type': answer.contentType ?? usualType,
    'content-length': content.length,
    'cache-control': 'no-cache, private',
  })
  response.end(content)
}

/** The words may name what a client has sent: any characters at all, which a header has as bytes of UTF-8. */
function warningHeader(words: string): string {
  const printable = words.replace(/\p{Cc}/gu, ' ').replace(/["\\]/g, '\\$&')
  return `299 - "${Buffer.from(printable).toString('latin1')}"`
}
