import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { fail, type Result } from '../../../model/result.ts'
import { isPort } from '../../schema/validation/container.ts'
import type { ObjectStore, StatusError, StoreResult } from '../../store/object-store.ts'
import { badRequest } from '../../store/status-errors.ts'
import { statusOf } from '../answer.ts'
import type { ContainerReference, PodProcess, PodReference, PodStreams } from '../pod-streams.ts'
import { addressOf } from '../request.ts'
import type { Target } from '../target.ts'
import { type CommandChannels, wantedChannels } from './command-channels.ts'
import { containerOf, findPod, podStreamOf } from './pod-request.ts'
import {
  portForwardProtocol,
  servePortsBySpdy,
  servePortsByWebSocket,
  tunnelProtocol,
  webSocketPortProtocols,
} from './port-forward.ts'
import { refuseProcess, serveProcess } from './remote-command.ts'
import { SpdyChannels, spdyCommandProtocols } from './spdy-channels.ts'
import { commandProtocols, WebSocketChannels } from './websocket-channels.ts'
import { webSocketDuplex } from './websocket-duplex.ts'

const maxFrameBytes = 4 * 1024 * 1024

/** Serves exec, attach and portforward, by WebSocket or by SPDY/3.1. */
export class StreamUpgrades {
  readonly #store: ObjectStore
  readonly #streams: PodStreams
  readonly #webSockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: maxFrameBytes,
    handleProtocols: offered => [...supportedProtocols].find(protocol => offered.has(protocol)) ?? false,
  })

  constructor(store: ObjectStore, streams: PodStreams) {
    this.#store = store
    this.#streams = streams
  }

  /** Takes over the connection of a request that asks for another protocol, until what is asked for has ended. */
  async serve(message: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const address = addressOf(message)
    if (!address.ok) return refuse(socket, address.failure)
    const { path, query } = address.value
    const target = podStreamOf(this.#store, path)
    if (!target || target.subresource === 'log')
      return refuse(socket, badRequest('this path cannot be upgraded'))
    const isForward = target.subresource === 'portforward'
    const pod = findPod(this.#store, target)
    if (!pod.ok) return refuse(socket, pod.failure)
    const container = containerOf(pod.value, query.get('container'))
    if (!isForward && !container.ok) return refuse(socket, container.failure)
    if (message.headers.upgrade?.toLowerCase() === 'websocket') {
      return this.#serveWebSocket(message, socket, head, target, query, container)
    }
    if (message.headers.upgrade?.toUpperCase() !== 'SPDY/3.1') {
      return refuse(socket, badRequest(`unable to upgrade to ${message.headers.upgrade}`))
    }
    const supported = isForward ? [portForwardProtocol] : spdyCommandProtocols
    const protocol = offeredProtocols(message).find(one => supported.includes(one))
    if (!protocol)
      return refuse(socket, badRequest(`unable to upgrade: the server speaks ${supported.join(', ')}`))
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: ${protocol}\r\n\r\n`,
    )
    if (head.length > 0) socket.unshift(head)
    if (isForward) return servePortsBySpdy(socket, this.#streams, target)
    const channels = await SpdyChannels.open(socket, wantedChannels(query))
    if (channels) await this.#run(channels, target, query, container)
  }

  async #serveWebSocket(
    message: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    target: Target & PodReference,
    query: URLSearchParams,
    container: Result<ContainerReference, StatusError>,
  ): Promise<void> {
    const isForward = target.subresource === 'portforward'
    const ports = query.getAll('ports').flatMap(text => text.split(',').map(Number))
    const offered = (message.headers['sec-websocket-protocol'] ?? '').split(',').map(one => one.trim())
    const isTunnel = isForward && offered.includes(tunnelProtocol)
    const supported = isForward ? [tunnelProtocol, ...webSocketPortProtocols] : commandProtocols
    if (!offered.some(one => supported.includes(one))) {
      return refuse(socket, badRequest(`unable to upgrade: the server speaks ${supported.join(', ')}`))
    }
    if (isForward && !isTunnel && (ports.length === 0 || !ports.every(isPort))) {
      return refuse(socket, badRequest('ports: Required value: query parameter "ports" is required'))
    }
    const { promise: opened, resolve } = Promise.withResolvers<WebSocket>()
    // It refuses a handshake that is wrong by itself, and then nothing comes.
    this.#webSockets.handleUpgrade(message, socket, head, resolve)
    const webSocket = await opened
    if (isTunnel) return servePortsBySpdy(webSocketDuplex(webSocket), this.#streams, target)
    if (isForward) return servePortsByWebSocket(webSocket, this.#streams, target, ports)
    return this.#run(new WebSocketChannels(webSocket, wantedChannels(query)), target, query, container)
  }

  async #run(
    channels: CommandChannels,
    { subresource }: Target,
    query: URLSearchParams,
    container: Result<ContainerReference, StatusError>,
  ): Promise<void> {
    const process = container.ok
      ? await this.#start(channels, subresource, query, container.value)
      : container
    if (process.ok) await serveProcess(channels, process.value)
    else await refuseProcess(channels, process.failure)
  }

  #start(
    { signal }: CommandChannels,
    subresource: string | undefined,
    query: URLSearchParams,
    container: ContainerReference,
  ): Promise<StoreResult<PodProcess>> {
    const { stdin: hasStdin, tty: hasTty } = wantedChannels(query)
    const request = { ...container, hasStdin, hasTty }
    if (subresource === 'attach') return this.#streams.attach(request, signal)
    const command = query.getAll('command')
    if (command.length === 0)
      return Promise.resolve(fail(badRequest('you must specify at least one command')))
    return this.#streams.exec({ ...request, command }, signal)
  }
}

const supportedProtocols = new Set([tunnelProtocol, ...commandProtocols])

/** A header each, or several in one. */
function offeredProtocols({ headers }: IncomingMessage): string[] {
  const offered = headers['x-stream-protocol-version'] ?? ''
  return (Array.isArray(offered) ? offered : offered.split(',')).map(one => one.trim())
}

/** Answers as to any other request, and ends the connection: a client that does not end its side holds nothing. */
export function refuse(socket: Duplex, error: StatusError): undefined {
  const body = JSON.stringify(statusOf(error))
  socket.end(
    `HTTP/1.1 ${error.code} ${error.reason}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    () => socket.destroy(),
  )
}
