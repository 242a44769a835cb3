import type { ClientRequest } from 'node:http'
import { WebSocket } from 'ws'
import type { ApiResult, CallOptions } from '../model/kube-api.ts'
import { fail, ok } from '../model/result.ts'
import { errorOfAnswer, errorOfConnection } from './api-error.ts'
import type { ChannelStream } from './channel-stream.ts'
import { Deadline } from './deadline.ts'
import { type ApiRequest, isStaleConnection, type Transport } from './transport.ts'

const dialTimeoutMs = 10_000
/** A frame of the kubelet is at most 32 KiB; this bounds what a broken one could make us keep. */
const maxFrameBytes = 4 * 1024 * 1024
const maxErrorLength = 64 * 1024

export type ChannelDialer = Pick<Transport, 'urlOf' | 'requestOptions'>

export interface ChannelRequest extends Pick<ApiRequest, 'path' | 'query'> {
  /** In the order in which they are preferred. */
  readonly protocols: readonly string[]
}

/** Opens a WebSocket to a pod, within 10 s. The stream of a dial that fails is destroyed. */
export async function dialChannels<Stream extends ChannelStream>(
  transport: ChannelDialer,
  request: ChannelRequest,
  makeStream: (socket: WebSocket) => Stream,
  options: CallOptions = {},
): Promise<ApiResult<Stream>> {
  using deadline = new Deadline(dialTimeoutMs, options.signal)
  const first = await dial(transport, request, makeStream, deadline)
  // The pod has not been reached, so nothing is begun twice.
  return first.isStale ? (await dial(transport, request, makeStream, deadline)).result : first.result
}

interface Dialled<Stream> {
  readonly result: ApiResult<Stream>
  /** It went over a kept connection that turned out to be dead. */
  readonly isStale?: boolean
}

async function dial<Stream extends ChannelStream>(
  transport: ChannelDialer,
  request: ChannelRequest,
  makeStream: (socket: WebSocket) => Stream,
  deadline: Deadline,
): Promise<Dialled<Stream>> {
  const requestOptions = await transport.requestOptions()
  if (!requestOptions.ok) return { result: requestOptions }
  let upgrade: ClientRequest | undefined
  const socket = new WebSocket(transport.urlOf(request), [...request.protocols], {
    ...requestOptions.value,
    perMessageDeflate: false,
    maxPayload: maxFrameBytes,
    finishRequest: request => {
      upgrade = request
      request.end()
    },
  })
  // Made at once, as the first frames may come together with the server's consent.
  const stream = makeStream(socket)
  return new Promise(resolve => {
    const settle = (result: ApiResult<Stream>, isStale = false) => {
      deadline.signal.removeEventListener('abort', abort)
      socket.off('error', failed)
      if (!result.ok) stream.abandon()
      resolve({ result, isStale })
    }
    const failed = (error: Error) => {
      const wasReused = upgrade?.reusedSocket
      settle(fail(errorOfConnection(error)), isStaleConnection(Object.assign(error, { wasReused })))
    }
    const abort = () =>
      settle(
        fail(
          deadline.hasPassed
            ? { kind: 'timeout', message: `no connection to the pod within ${dialTimeoutMs / 1_000} s` }
            : { kind: 'aborted', message: 'aborted' },
        ),
      )
    deadline.signal.addEventListener('abort', abort)
    if (deadline.signal.aborted) abort()
    socket.once('open', () => settle(ok(stream)))
    socket.once('error', failed)
    socket.once('unexpected-response', (_request, response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (text: string) => {
        body = (body + text).slice(0, maxErrorLength)
      })
      response.once('close', () => settle(fail(errorOfAnswer(response.statusCode ?? 0, body))))
    })
  })
}
