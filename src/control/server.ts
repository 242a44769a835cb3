import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import type { Closable } from '../util/scope.ts'
import { type Answer, refusal, type StreamedAnswer } from './answer.ts'
import { readBody } from './read-body.ts'
import { Recording } from './recording.ts'
import { type ControlTarget, routes } from './routes.ts'
import { switchToShell } from './switch-shell.ts'

export interface ControlLimits {
  readonly maxBodyBytes: number
  readonly maxHeaderBytes: number
  /** Connections to one address at a time; one more is closed at once. */
  readonly maxConnections: number
  /** Milliseconds for a whole request to arrive. */
  readonly requestMs: number
}

const defaults: ControlLimits = {
  maxBodyBytes: 64 * 1024,
  maxHeaderBytes: 8 * 1024,
  maxConnections: 64,
  requestMs: 10_000,
}

/** Milliseconds for the last answers to be read. */
const lastAnswersMs = 200

/** A server that does not listen yet, and takes in nothing before `serveControl`. */
export function createControlServer(limits: ControlLimits = defaults): Server {
  const server = createServer({
    maxHeaderSize: limits.maxHeaderBytes,
    headersTimeout: limits.requestMs,
    requestTimeout: limits.requestMs,
    connectionsCheckingInterval: Math.min(1_000, limits.requestMs),
  })
  server.maxConnections = limits.maxConnections
  return server
}

export interface ServeOptions {
  readonly target: ControlTarget
  readonly limits?: ControlLimits
  /** A request made devloop fail by its own fault. */
  readonly onBug: (error: unknown) => void
}

/** Answers the requests of servers that listen. Closing says the end to all who still wait. */
export function serveControl(
  servers: readonly Server[],
  { target, limits = defaults, onBug }: ServeOptions,
): Closable {
  const open = new Set<ServerResponse>()
  /** Connections that are no HTTP any more. */
  const switched = new Set<Duplex>()
  const recording = new Recording(target)

  function onRequest(request: IncomingMessage, response: ServerResponse) {
    open.add(response)
    response.once('close', () => open.delete(response))
    // A reader that goes while it is answered is no fault.
    response.on('error', () => {})
    const key = `${request.method} ${request.url}`
    respond(key, request, response).catch(error => {
      // The request broke off, and nobody is there to be answered.
      if (!request.destroyed || request.complete) onBug(error)
    })
  }

  async function respond(key: string, request: IncomingMessage, response: ServerResponse) {
    const gone = new AbortController()
    response.once('close', () => gone.abort())
    const route = routes[key]
    const given = route
      ? await route(target, {
          read: schema => readBody(request, schema, limits.maxBodyBytes),
          signal: gone.signal,
          recording,
        })
      : unknownRoute(request)
    if ('stream' in given) await stream(response, given)
    else send(response, given, request.complete)
  }

  function onUpgrade(request: IncomingMessage, connection: Duplex, head: Buffer) {
    switched.add(connection)
    connection.once('close', () => switched.delete(connection))
    if (head.length > 0) connection.unshift(head)
    switchToShell(target, request, connection).catch(onBug)
  }

  for (const server of servers) {
    server.on('request', onRequest).on('upgrade', onUpgrade)
    // A connection that cannot be accepted, for want of descriptors, is no end of `up`.
    server.on('error', () => {})
  }
  return {
    async close() {
      recording.close()
      for (const server of servers) server.close()
      const ended = Promise.all([...open].map(response => endOf(response)))
      await Promise.race([ended, pause(lastAnswersMs)])
      for (const server of servers) server.closeAllConnections()
      for (const connection of switched) connection.destroy()
    },
  }
}

/** What is still streamed ends; what is about to be answered is waited for. */
function endOf(response: ServerResponse): Promise<void> {
  return new Promise(resolve => {
    response.once('close', () => resolve())
    if (response.getHeader('content-type') === streamedType) response.end()
  })
}

const streamedType = 'application/x-ndjson'

async function stream(response: ServerResponse, given: StreamedAnswer): Promise<void> {
  response.writeHead(200, { 'content-type': streamedType })
  response.flushHeaders()
  await given.stream(response)
}

/** Who has not sent everything is not listened to any longer. */
function send(response: ServerResponse, { status, body }: Answer, isComplete: boolean) {
  const text = `${JSON.stringify(body)}\n`
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    ...(!isComplete && { connection: 'close' }),
  })
  response.end(text)
}

function unknownRoute({ method, url = '' }: IncomingMessage): Answer {
  const paths = new Set(Object.keys(routes).map(key => key.split(' ')[1]))
  return paths.has(url)
    ? refusal(405, `${method} is not understood at ${url}.`)
    : refusal(404, `There is nothing at ${url.slice(0, 200)}.`)
}
