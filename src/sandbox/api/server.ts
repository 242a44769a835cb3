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
}

export interface ApiServer extends Closable {
  /** Begins to answer at an address, or on a socket that somebody else has opened and that listens. */
  listen(
    place: { readonly host: string; readonly port: number } | { readonly fd: number },
  ): Promise<AddressInfo>
  /** Ends all requests, those under way too. */
  close(): Promise<void>
}

/** The Kubernetes API over the objects of a store. */
export function createApiServer(options: ApiServerOptions): ApiServer {
  return new SandboxApi(options)
}

class SandboxApi implements ApiServer {
  readonly #store: ObjectStore
  readonly #streams: PodStreams | undefined
  readonly #token: string | undefined
  readonly #server: Server
  readonly #sockets = new Set<Duplex>()

  constructor({ store, streams, certificates, token }: ApiServerOptions) {
    this.#store = store
    this.#streams = streams
    this.#token = token
    this.#server = createServer({
      cert: certificates.server.certificate,
      key: certificates.server.key,
      ca: certificates.authority,
      requestCert: true,
      // Who shows none may still have the token.
      rejectUnauthorized: false,
    })
    this.#server.on('request', (message, response) => void this.#answer(message, response))
    const upgrades = streams && new StreamUpgrades(store, streams)
    this.#server.on('upgrade', (message, socket, head) => {
      if (!this.#isKnown(message)) refuse(socket, unauthorized)
      else if (!upgrades) refuse(socket, noStreams)
      else void upgrades.serve(message, socket, head)
    })
    this.#server.on('connection', socket => {
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
    })
  }

  listen(place: { host: string; port: number } | { fd: number }): Promise<AddressInfo> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(place, () => resolve(this.#server.address() as AddressInfo))
    })
  }

  close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    return new Promise(resolve => this.#server.close(() => resolve()))
  }

  async #answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => {})
    try {
      if (!this.#isKnown(message)) return send(response, errorAnswer(unauthorized))
      const request = await readRequest(message)
      if (!request.ok) return send(response, errorAnswer(request.failure))
      const answer = (await this.#answerLog(request.value, response)) ?? route(this.#store, request.value)
      send(response, answer.ok ? answer.value : errorAnswer(answer.failure))
    } catch (error) {
      // The client broke off its request, or it is our bug; in both cases the others go on.
      if (!response.headersSent) send(response, errorAnswer(internal(error as Error)))
      else response.destroy()
    }
  }

  /** Undefined: that is not what is asked. */
  async #answerLog(
    request: ApiRequest,
    response: ServerResponse,
  ): Promise<Result<Answer, StatusError> | undefined> {
    const target = podStreamOf(this.#store, request.path)
    if (!target) return undefined
    if (target.subresource !== 'log') return fail(badRequest('Upgrade request required'))
    if (request.method !== 'GET') return methodNotAllowed()
    if (!this.#streams) return fail(noStreams)
    const gone = new AbortController()
    response.once('close', () => gone.abort())
    return openLog(this.#store, this.#streams, target, request.query, gone.signal)
  }

  #isKnown(message: IncomingMessage): boolean {
    if ((message.socket as TLSSocket).authorized) return true
    const [, token] = /^Bearer (.+)$/.exec(message.headers.authorization ?? '') ?? []
    return token !== undefined && token === this.#token
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

function send(response: ServerResponse, answer: Answer): void {
  if ('bytes' in answer) {
    response.writeHead(200, { 'content-type': 'text/plain', 'cache-control': 'no-cache, private' })
    response.flushHeaders()
    pipeline(answer.bytes, response, () => {})
    return
  }
  if ('stream' in answer) {
    response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-cache, private' })
    response.flushHeaders()
    answer.stream(new LineStream(response))
    return
  }
  const { code, body, warnings = [] } = answer
  const isRaw = typeof body === 'string' || Buffer.isBuffer(body)
  const usualType = isRaw ? 'text/plain; charset=utf-8' : 'application/json'
  const content = isRaw ? body : JSON.stringify(body)
  const quoted = warnings.map(words => `299 - "${words.replace(/["\\]/g, '\\$&')}"`)
  if (quoted.length > 0) response.setHeader('warning', quoted)
  response.writeHead(code, {
    'content-type': answer.contentType ?? usualType,
    'content-length': Buffer.byteLength(content),
    'cache-control': 'no-cache, private',
  })
  response.end(content)
}
