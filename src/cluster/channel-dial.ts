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
  // A kept connection that turned out to be dead: the pod has not been reached.
  return first === staleConnection
    ? resultOf(await dial(transport, request, makeStream, deadline))
    : resultOf(first)
}

const staleConnection = Symbol('stale connection')

function resultOf<T>(outcome: ApiResult<T> | typeof staleConnection): ApiResult<T> {
  if (outcome !== staleConnection) return outcome
  return fail({ kind: 'unreachable', message: 'the connection was closed before an answer came' })
}

async function dial<Stream extends ChannelStream>(
  transport: ChannelDialer,
  request: ChannelRequest,
  makeStream: (socket: WebSocket) => Stream,
  deadline: Deadline,
): Promise<ApiResult<Stream> | typeof staleConnection> {
  const requestOptions = await transport.requestOptions()
  if (!requestOptions.ok) return requestOptions
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
    const settle = (result: ApiResult<Stream> | typeof staleConnection) => {
      deadline.signal.removeEventListener('abort', abort)
      socket.off('error', failed)
      if (result === staleConnection || !result.ok) stream.abandon()
      resolve(result)
    }
    const failed = (error: Error) => {
      const isStale = isStaleConnection(Object.assign(error, { wasReused: upgrade?.reusedSocket }))
      settle(isStale ? staleConnection : fail(errorOfConnection(error)))
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
