import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import path from 'node:path'
import type { TLSSocket } from 'node:tls'
import { type WebSocket, WebSocketServer } from 'ws'

/** The certificates of a small authority, its server (`kubernetes.test`, `127.0.0.1`) and a client; and another authority. */
export const tlsFolder = path.join(import.meta.dirname, '../fixtures/cluster/tls')

export interface FakeRequest {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingMessage['headers']
  readonly body: string
  /** The common name of the client's certificate. */
  readonly client?: string
}

export type Answer = (request: FakeRequest, response: ServerResponse) => void

/** An API server as far as devloop can tell, on a port of this machine. What it is not told to answer is not found. */
export class FakeApiServer implements AsyncDisposable {
  /** All that was asked, oldest first. */
  readonly requests: FakeRequest[] = []
  /** Called with each port-forward, after the handshake. */
  onPortForward: (socket: WebSocket, request: FakeRequest) => void = socket => socket.close()
  /** Called with each command for a container, after the handshake. */
  onExec: (socket: WebSocket, request: FakeRequest) => void = socket => socket.close()
  /** The protocols for pods that it speaks: as a server before 1.30. */
  podProtocols: readonly string[] = ['v4.channel.k8s.io']
  /** Stands in for the whole handshake of a port-forward or a command. */
  onUpgrade: ((socket: Socket) => void) | undefined
  /** How many connections were made to it so far. */
  connections = 0
  readonly #isTls: boolean
  readonly #answers = new Map<string, Answer>()
  readonly #sockets = new Set<Socket>()
  readonly #webSockets = new WebSocketServer({
    noServer: true,
    handleProtocols: offered => [...offered].find(one => this.podProtocols.includes(one)) ?? false,
  })
  #server = createHttpServer()
  #port = 0

  static async start({ tls = false } = {}): Promise<FakeApiServer> {
    const server = new FakeApiServer(tls)
    await server.listen()
    return server
  }

  private constructor(isTls: boolean) {
    this.#isTls = isTls
  }

  get url(): string {
    return `${this.#isTls ? 'https' : 'http'}://127.0.0.1:${this.#port}`
  }

  /** Connections that are open now. */
  get openConnections(): number {
    return this.#sockets.size
  }

  /** @param path without the query */
  on(method: string, path: string, answer: Answer): void {
    this.#answers.set(`${method} ${path}`, answer)
  }

  /** Starts, or starts again at the same address. */
  async listen(): Promise<void> {
    const server = this.#isTls ? createHttpsServer(tlsOptions()) : createHttpServer()
    this.#server = server
    server.on(this.#isTls ? 'secureConnection' : 'connection', (socket: Socket) => {
      this.connections++
      this.#sockets.add(socket)
      socket.on('error', () => {})
      socket.once('close', () => this.#sockets.delete(socket))
    })
    server.on('request', (incoming, response) => void this.#answer(incoming, response))
    server.on('upgrade', (incoming: IncomingMessage, socket: Socket, head: Buffer) => {
      const request = describe(incoming, '')
      this.requests.push(request)
      if (this.onUpgrade) {
        // Nobody else reads from it, and so would see that it is closed.
        socket.on('end', () => socket.destroy()).resume()
        this.onUpgrade(socket)
        return
      }
      this.#webSockets.handleUpgrade(incoming, socket, head, webSocket => {
        if (request.path.endsWith('/exec')) this.onExec(webSocket, request)
        else this.onPortForward(webSocket, request)
      })
    })
    server.listen(this.#port, '127.0.0.1')
    await once(server, 'listening')
    this.#port = (server.address() as AddressInfo).port
  }

  /** Breaks every connection, and goes on listening. */
  breakConnections(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  /** Breaks every connection, and refuses new ones. */
  async stop(): Promise<void> {
    if (!this.#server.listening) return
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.breakConnections()
    await closed
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  async #answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = ''
    for await (const chunk of incoming) body += chunk
    const request = describe(incoming, body)
    this.requests.push(request)
    const answer = this.#answers.get(`${request.method} ${request.path}`)
    if (answer) answer(request, response)
    else sendStatus(response, 404, 'the server could not find the requested resource')
  }
}

export function sendJson(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value))
}

/** Refuses as an API server does. */
export function sendStatus(
  response: ServerResponse,
  code: number,
  message: string,
  { headers = {}, ...more }: { headers?: Record<string, string>; details?: object; reason?: string } = {},
): void {
  response.writeHead(code, { 'content-type': 'application/json', ...headers })
  response.end(
    JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', code, message, ...more }),
  )
}

function tlsOptions() {
  const read = (name: string) => readFileSync(path.join(tlsFolder, name))
  return {
    key: read('server.key'),
    cert: read('server.crt'),
    ca: read('ca.crt'),
    requestCert: true,
    rejectUnauthorized: false,
  }
}

function describe(incoming: IncomingMessage, body: string): FakeRequest {
  const url = new URL(incoming.url ?? '/', 'http://fake')
  const socket = incoming.socket as TLSSocket
  const client = socket.authorized ? socket.getPeerCertificate().subject?.CN : undefined
  return {
    method: incoming.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers: incoming.headers,
    body,
    ...(typeof client === 'string' && { client }),
  }
}
