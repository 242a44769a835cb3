import type { Duplex } from 'node:stream'
import { WebSocket } from 'ws'
import { fail } from '../../../model/result.ts'
import { isPort } from '../../schema/validation/container.ts'
import { badRequest } from '../../store/status-errors.ts'
import type { PodReference, PodStreams } from '../pod-streams.ts'
import { SpdyConnection, type SpdyStream } from './spdy/connection.ts'
import { channelWriter } from './websocket-channels.ts'

export const portForwardProtocol = 'portforward.k8s.io'
/** SPDY within a WebSocket, as newer clients speak it. */
export const tunnelProtocol = `SPDY/3.1+${portForwardProtocol}`
export const webSocketPortProtocols = ['v4.channel.k8s.io']
/** Why a WebSocket is closed (RFC 6455, section 7.4.1). */
const endedCode = 1000
const brokenCode = 1011

/**
 * Serves connections to ports of a pod over SPDY, for each one of which the client opens a stream for its data and one for
 * errors, until the client goes.
 */
export function servePortsBySpdy(wire: Duplex, streams: PodStreams, pod: PodReference): Promise<void> {
  const gone = new AbortController()
  const { promise: ended, resolve, reject } = Promise.withResolvers<void>()
  wire.once('close', () => {
    gone.abort()
    resolve()
  })
  const errorStreams = new Map<string, SpdyStream>()
  new SpdyConnection(wire, (stream, headers) => {
    const id = headers.get('requestid') ?? ''
    const port = Number(headers.get('port'))
    if (headers.get('streamtype') === 'error') errorStreams.set(id, stream)
    else {
      const errors = errorStreams.get(id)
      errorStreams.delete(id)
      connect(streams, pod, port, stream, errors, gone.signal).catch(reject)
    }
  })
  return ended
}

async function connect(
  streams: PodStreams,
  pod: PodReference,
  port: number,
  data: SpdyStream,
  errors: SpdyStream | undefined,
  signal: AbortSignal,
): Promise<void> {
  const opened = isPort(port)
    ? await streams.connect({ ...pod, port }, signal)
    : fail(badRequest(`the header port is no port: ${port}`))
  if (!opened.ok) {
    errors?.end(failureWords(pod, port, opened.failure.message))
    data.end()
    data.resume()
    return
  }
  join(data, opened.value, () => errors?.end())
}

/** Serves one connection for each port that is named, two channels of a WebSocket for each: data and errors. */
export async function servePortsByWebSocket(
  socket: WebSocket,
  streams: PodStreams,
  pod: PodReference,
  ports: readonly number[],
): Promise<void> {
  const gone = new AbortController()
  socket.once('close', () => gone.abort())
  socket.on('error', () => {})
  socket.pause()
  const channels: Duplex[] = []
  socket.on('message', message => {
    const frame = message as Buffer
    const channel = channels[(frame[0] ?? 0) / 2]
    if (channel && frame.length > 1 && channel.writable && !channel.write(frame.subarray(1))) {
      socket.pause()
      channel.once('drain', () => socket.resume())
    }
  })
  for (const [index, port] of ports.entries()) {
    for (const channel of [2 * index, 2 * index + 1]) {
      socket.send(Buffer.of(channel, port & 0xff, port >> 8))
    }
  }
  let open = ports.length
  let isBroken = false
  const closed = () => {
    open--
    if (open > 0) return
    // The client's answer to the end has to be read, though nobody takes its data any more.
    socket.resume()
    socket.close(isBroken ? brokenCode : endedCode)
  }
  for (const [index, port] of ports.entries()) {
    const opened = await streams.connect({ ...pod, port }, gone.signal)
    if (!opened.ok) {
      const words = Buffer.from(failureWords(pod, port, opened.failure.message))
      socket.send(Buffer.concat([Buffer.of(2 * index + 1), words]), closed)
      continue
    }
    const connection = opened.value
    channels[index] = connection
    connection.on('error', () => {})
    const writer = channelWriter(socket, 2 * index)
    connection.pipe(writer)
    writer.once('finish', closed)
    // One that the pod breaks off does not end.
    connection.once('close', () => {
      if (connection.readableEnded) return
      isBroken = true
      closed()
    })
    gone.signal.addEventListener('abort', () => connection.destroy())
  }
  if (socket.readyState === WebSocket.OPEN) socket.resume()
}

/** In the words of a node: clients look for the cause in them. */
function failureWords({ pod }: PodReference, port: number, why: string): string {
  return `error forwarding port ${port} to pod ${pod}: ${why}`
}

function join(client: Duplex, pod: Duplex, ended: () => void): void {
  client.on('error', () => pod.destroy())
  pod.on('error', () => client.destroy())
  client.pipe(pod)
  pod.pipe(client)
  pod.once('close', () => {
    ended()
    if (!pod.readableEnded) client.destroy()
  })
  client.once('close', () => pod.destroy())
}
